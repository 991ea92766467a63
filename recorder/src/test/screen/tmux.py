"""Plays captures into a pane of a real tmux and writes what it holds: NAME.tmux.json.

The rows are as `capture-pane -e` gives them: text and SGR, nothing else. Each look also has the cursor and the flags tmux tells.
"""

import glob
import json
import os
import subprocess
import sys
import tempfile

DIR = sys.argv[1]
# The program in the pane: writes the bytes it is told to, then asks the terminal for its status; the answer proves that tmux
# has taken in everything before it.
FEEDER = r'''
import os, sys, tty
tty.setraw(0)
bytes_, orders, done = open(sys.argv[1], "rb").read(), open(sys.argv[2]), os.open(sys.argv[3], os.O_WRONLY)
at = 0
for line in orders:
    piece = bytes_[at:int(line)]
    at += len(piece)
    while piece:
        piece = piece[os.write(1, piece):]
    os.write(1, b"\x1b[5n")
    got = b""
    while not got.endswith(b"\x1b[0n"):
        got += os.read(0, 1)
    os.write(done, b"\n")
'''
FLAGS = ["cursor_x", "cursor_y", "alternate_on", "cursor_flag", "insert_flag", "keypad_cursor_flag", "keypad_flag", "mouse_any_flag",
         "origin_flag", "wrap_flag", "scroll_region_upper", "scroll_region_lower"]


def tmux(server, *words, check=True):
    return subprocess.run(["tmux", "-u", "-L", server, *words], check=check, capture_output=True, env=ENVIRONMENT).stdout.decode()


ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/", "TERM": "xterm-256color"}


def play(name, folder):
    capture = json.load(open(f"{DIR}/{name}.json"))
    orders, done = folder + "/orders", folder + "/done"
    for fifo in (orders, done):
        if os.path.exists(fifo):
            os.remove(fifo)
        os.mkfifo(fifo)
    server = f"golden-{name}"  # one each: a server that is told to go takes a while to go
    tmux(server, "-f", folder + "/conf", "new-session", "-d", "-x", str(capture["columns"]), "-y", str(capture["rows"]), "-s", "golden",
         f"/usr/bin/python3 {folder}/feeder {DIR}/{name}.bytes {orders} {done}")
    looks = []
    with open(orders, "w") as tell, open(done, "rb", buffering=0) as told:
        for step in capture["steps"]:
            if isinstance(step, int):
                tell.write(f"{step}\n")
                tell.flush()
                told.read(1)
            elif isinstance(step, list):
                tmux(server, "resize-window", "-t", "golden", "-x", str(step[0]), "-y", str(step[1]))
            else:
                flags = tmux(server, "display-message", "-p", "-t", "golden", " ".join(f"#{{{flag}}}" for flag in FLAGS)).split()
                rows = tmux(server, "capture-pane", "-e", "-p", "-t", "golden").split("\n")[:-1]
                looks.append({"flags": dict(zip(FLAGS, map(int, flags))), "rows": rows})
    tmux(server, "kill-server", check=False)
    with open(f"{DIR}/{name}.tmux.json", "w") as f:
        one = lambda look: '{"flags": ' + json.dumps(look["flags"]) + ',\n "rows": [\n  ' + ",\n  ".join(json.dumps(r, ensure_ascii=False) for r in look["rows"]) + "]}"
        f.write("[\n" + ",\n".join(map(one, looks)) + "\n]\n")


with tempfile.TemporaryDirectory() as folder:
    open(folder + "/feeder", "w").write(FEEDER)
    open(folder + "/conf", "w").write("set -g status off\nset -g history-limit 5000\nset -g allow-rename off\n")
    names = sys.argv[2:] or sorted(os.path.basename(f)[:-6] for f in glob.glob(DIR + "/*.bytes"))
    for name in names:
        play(name, folder)
    print(f"{len(names)} captures played into {subprocess.run(['tmux', '-V'], capture_output=True, text=True).stdout.strip()}")
