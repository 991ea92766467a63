"""Records what real programs write to a terminal of a known size.

Run by ./make inside its own PID and UTS namespaces, so that neither the host's name nor its processes appear in a capture.
Each capture is NAME.bytes (what was written, raw) and NAME.json: the size, and the steps to play it. A number feeds up to
that offset, a pair resizes, "look" asks for the state to be compared (where the program had gone quiet).
"""

import fcntl
import json
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time

OUT = sys.argv[1]
ONLY = sys.argv[2:]
HOME = "/tmp/x"
MOST_BYTES = 40_000

ENVIRONMENT = {
    "HOME": HOME,
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PS1": r"\[\e[1;32m\]demo\[\e[0m\]:\[\e[34m\]\W\[\e[0m\]$ ",
    "USER": "demo",
    "LOGNAME": "demo",
    "HOSTNAME": "box",
    "TZ": "UTC",
    "LESSHISTFILE": "-",
    "HISTFILE": "",
    "GIT_AUTHOR_NAME": "demo",
    "GIT_AUTHOR_EMAIL": "demo@example.org",
    "GIT_COMMITTER_NAME": "demo",
    "GIT_COMMITTER_EMAIL": "demo@example.org",
    "GIT_AUTHOR_DATE": "2025-01-02T03:04:05Z",
    "GIT_COMMITTER_DATE": "2025-01-02T03:04:05Z",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_PAGER": "less -R",
}


def prepare_home():
    shutil.rmtree(HOME, ignore_errors=True)
    os.makedirs(HOME + "/work/folder")
    work = HOME + "/work"
    with open(work + "/Sample.java", "w") as f:
        f.write("package demo;\n\nimport java.util.List;\n\n/** A sample to colour. */\npublic final class Sample {\n"
                "    private static final int LIMIT = 42; // why 42\n\n")
        for i in range(40):
            f.write(f'    static String line{i}(List<String> words) {{\n\treturn words.get({i}) + "text \\n {i}";\n    }}\n\n')
        f.write("}\n")
    with open(work + "/words.txt", "w") as f:
        for i in range(200):
            f.write(f"{i:4} the quick brown fox jumps over the lazy dog, long enough to reach the eightieth column and wrap {i}\n")
    with open(work + "/wide.txt", "w") as f:
        for i in range(30):
            f.write(f"{i:3} 漢字かな交じり文 한국어 텍스트 café naïve cafe\u0301 \U0001f600\U0001f680 ｆｕｌｌ\n")
    open(work + "/run.sh", "w").write("#!/bin/sh\necho run\n")
    os.chmod(work + "/run.sh", 0o755)
    open(work + "/pack.tar.gz", "w").close()
    open(work + "/picture.png", "w").close()
    os.symlink("words.txt", work + "/link")
    os.symlink("nowhere", work + "/broken")
    os.mkfifo(work + "/pipe")
    os.mkdir(work + "/sticky")
    os.chmod(work + "/sticky", 0o1777)
    open(HOME + "/.vimrc", "w").write(
        "set nocompatible mouse=a number ruler showcmd hlsearch incsearch laststatus=2 wildmenu list termguicolors\n"
        "set listchars=tab:»\\ ,trail:·\nsyntax on\n")
    open(HOME + "/.zshrc", "w").write(
        "PROMPT='%F{green}demo%f:%F{blue}%1~%f%# '\nRPROMPT='%F{yellow}%?%f'\nautoload -U compinit && compinit -u\n"
        "zstyle ':completion:*' menu select\nzstyle ':completion:*' list-colors ''\nbindkey -e\nunset HISTFILE\n")
    open(HOME + "/.inputrc", "w").write(
        "set enable-bracketed-paste on\nset show-all-if-ambiguous on\nset colored-stats on\nset mark-modified-lines on\n")
    open(HOME + "/.tmux.conf", "w").write("set -g mouse on\nset -g status-right ' status '\nset -g focus-events on\n")
    git = lambda *a: subprocess.run(["git", *a], cwd=work, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    git("init", "-q", "-b", "main")
    for number, file in enumerate(["Sample.java", "words.txt", "wide.txt", "run.sh"]):
        ENVIRONMENT["GIT_COMMITTER_DATE"] = ENVIRONMENT["GIT_AUTHOR_DATE"] = f"2025-01-0{number + 2}T03:04:05Z"
        git("add", file)
        git("commit", "-q", "-m", f"demo: add {file}")
        if number == 1:
            git("checkout", "-q", "-b", "side")
        if number == 2:
            git("checkout", "-q", "main")
    git("merge", "-q", "--no-edit", "side")
    subprocess.run(f"find {work} -exec touch -h -d 2025-01-02T03:04:05Z {{}} +", shell=True, check=True)


def size(descriptor, columns, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def capture(name, columns, rows, argv, steps=(), quiet=0.4, most=MOST_BYTES, environment=None):
    """Steps: str = keys to type; (columns, rows) = resize; float = a longer silence to wait for."""
    if ONLY and name not in ONLY:
        return
    pid, terminal = pty.fork()
    if pid == 0:
        size(0, columns, rows)
        os.chdir(HOME + "/work")
        os.execvpe(argv[0], argv, {**ENVIRONMENT, **(environment or {})})
    got = bytearray()
    steps_played = []

    def until_quiet(seconds):
        deadline = time.monotonic() + 20
        while len(got) < most and time.monotonic() < deadline:
            ready, _, _ = select.select([terminal], [], [], seconds)
            if not ready:
                return True
            try:
                data = os.read(terminal, 65536)
            except OSError:
                return False
            if not data:
                return False
            got.extend(data)
        return len(got) < most

    alive = until_quiet(max(quiet, 0.8))
    steps_played += [len(got), "look"]
    for step in steps:
        if not alive or len(got) >= most:
            break
        if isinstance(step, tuple):
            steps_played.append(list(step))
            size(terminal, *step)
            alive = until_quiet(quiet)
        elif isinstance(step, float):
            alive = until_quiet(step)
        else:
            os.write(terminal, step.encode())
            alive = until_quiet(quiet)
        steps_played += [len(got), "look"]
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.close(terminal)
    os.waitpid(pid, 0)
    write(name, bytes(got[:most]), columns, rows, [min(s, most) if isinstance(s, int) else s for s in steps_played])


def write(name, got, columns, rows, steps, most_looks=4):
    """Keeps the last look and some of the others, so that golden files stay small."""
    places = [i for i, step in enumerate(steps) if step == "look"]
    kept = {places[-1 - (len(places) - 1) * k // most_looks] for k in range(min(most_looks, len(places)))}
    steps = [step for i, step in enumerate(steps) if step != "look" or i in kept]
    # feeding up to two offsets in a row is feeding up to the second
    steps = [step for i, step in enumerate(steps) if not (isinstance(step, int) and i + 1 < len(steps) and isinstance(steps[i + 1], int))]
    with open(f"{OUT}/{name}.bytes", "wb") as f:
        f.write(got)
    with open(f"{OUT}/{name}.json", "w") as f:
        json.dump({"columns": columns, "rows": rows, "steps": steps}, f)
        f.write("\n")
    print(f"{name}: {len(got)} bytes")


ESC = "\x1b"
UP, DOWN, RIGHT, LEFT = ESC + "OA", ESC + "OB", ESC + "OC", ESC + "OD"
CSI_UP, CSI_DOWN, CSI_LEFT = ESC + "[A", ESC + "[B", ESC + "[D"
PAGE_DOWN, HOME_KEY, END_KEY = ESC + "[6~", ESC + "OH", ESC + "OF"
F3, F5, F6, F9, F10 = ESC + "OR", ESC + "[15~", ESC + "[17~", ESC + "[20~", ESC + "[21~"


def vim():
    capture("vim-edit", 80, 24, ["vim", "-n", "-i", "NONE", "Sample.java"],
            ["12G", "ihello wide 漢字 \U0001f600 cafe\u0301 ", ESC, "yy5p", "/words\r", "n", ":%s/text/TEXT/g\r", "u", "dd", "\x06", "\x15", ">>", "zz"])
    capture("vim-split", 100, 30, ["vim", "-n", "-i", "NONE", "Sample.java"],
            [":vsplit words.txt\r", ":split wide.txt\r", "\x06", "\x17j", "\x06", "V5j", ":set wrap\r", ":tabnew\r", "gt", ESC + "[200~pasted\ntext" + ESC + "[201~"])
    capture("vim-resize", 80, 24, ["vim", "-n", "-i", "NONE", "words.txt"], ["50G", (60, 20), "\x06", (110, 30), "G", (80, 24)])
    capture("vim-leave", 80, 24, ["sh", "-c", "echo before; vim -n -i NONE words.txt; echo after; sleep 9"], ["50G", ":q!\r"])
    capture("vim-help", 80, 24, ["vim", "-n", "-i", "NONE"], [":help usr_02\r", "\x06", ":terminal echo hi\r"])


def pagers():
    capture("less", 80, 24, ["less", "-N", "words.txt"], [" ", "/lazy\r", "n", "b", "-S\r", RIGHT, "G", "y", "y"])
    capture("less-no-alternate", 60, 16, ["less", "-X", "wide.txt"], [" ", "y", "y", "G", "q"])
    capture("man", 80, 24, ["man", "true"], [" ", "/exit\r", "G"])
    capture("man-narrow", 47, 18, ["man", "less"], [" ", " ", (65, 22), "g"])
    capture("more", 80, 24, ["more", "words.txt"], [" ", " ", "q"])


def screens():
    capture("htop", 100, 30, ["htop"], [F5, F6, ESC + ESC, "t", F3, "ht", ESC, 1.2], quiet=0.3)
    capture("htop-resize", 80, 24, ["htop"], [(120, 35), (70, 18), DOWN, "q"], quiet=0.3)
    capture("top", 80, 24, ["top", "-d", "9"], ["z", "x", "c", "1", "V", "q"], quiet=0.3)
    capture("dialog-menu", 80, 24, ["dialog", "--title", "A title", "--menu", "Choose one", "15", "50", "5",
            "1", "first", "2", "second", "3", "third 漢字"], [CSI_DOWN, CSI_DOWN, "\t"])
    capture("dialog-gauge", 80, 24, ["sh", "-c", "for i in 10 40 70 100; do echo $i; sleep 0.1; done | dialog --gauge Working 8 60"], [])
    capture("dialog-form", 70, 20, ["dialog", "--colors", "--form", r"\Zb\Z1Fill\Zn in", "14", "60", "4", "Name", "1", "1", "", "1", "10", "30", "30",
            "Place", "2", "1", "", "2", "10", "30", "30"], ["abc", CSI_DOWN, "def\x7f", "\t"])
    capture("mc", 90, 26, ["mc", "--nosubshell"], [DOWN, DOWN, F3, PAGE_DOWN, "q", F9, DOWN, F10, "\t"])
    capture("mc-ascii-lines", 80, 24, ["mc", "--nosubshell", "-a", "-b"], [DOWN, F9, ESC + ESC])
    capture("tmux", 80, 24, ["tmux", "-u", "-L", "capture", "new-session", "bash --norc --noprofile"],
            ["ls --color=always\r", "\x02%", "\x02\"", "cat wide.txt\r", "\x02[", "\x06", "q", "\x02o", "seq 100\r", "\x02z", "\x02d"])
    subprocess.run(["tmux", "-L", "capture", "kill-server"], stderr=subprocess.DEVNULL)


def shells():
    bash = ["bash", "--norc", "--noprofile", "-i"]
    capture("bash-edit", 80, 24, bash, [
        "echo hello world", "\x01", "\x1bf", "\x1bd", "\x19", "\x05", "\r",
        "ls --color=always -la\r", "cat wo\t\r\x0c", "loc\t\t", "\x03", "\x12hello", "\r",
        "for i in 1 2 3; do\n echo $i\ndone\n",
        ESC + "[200~echo pasted 漢字\necho second" + ESC + "[201~", "\r"])
    capture("bash-long-line", 40, 12, bash, [
        "echo aaaaaaaaaa bbbbbbbbbb cccccccccc dddddddddd eeeeeeeeee 漢字漢字漢字漢字漢字漢字", "\x01", "x y z ", "\x05", "\x17\x17", "\r", CSI_UP, "\x1bb\x1bb", "\x0b", "\r"])
    capture("bash-resize", 60, 15, bash, ["seq -s, 200\r", (40, 12), "echo after\r", (80, 20), "ls\r"])
    capture("zsh", 80, 24, ["zsh", "-i"], [
        "ls /u", "\t", "\t", "\r", "echo 'multi", "\r", "line'", "\r", "cat \t\t", CSI_DOWN, "\x03", "print -P '%F{red}red%f %B%Ubold%u%b'\r", "\x12mul", "\x03"])
    capture("zsh-menu", 60, 16, ["zsh", "-i"], ["ls -\t\t\t", "\t\t", "\x03", "true\r"])
    capture("fish", 80, 24, ["fish", "--no-config", "-i"], [
        "ec", "ho hel", "\x1b[C", "lo wörld\r", "ls --\t", "\t\t", "\x1b", "\x03", "for i in 1 2\r", "echo $i\r", "end\r", "ec", CSI_UP])


def plain_output():
    sh = lambda script: ["sh", "-c", script]
    capture("ls-color", 80, 24, sh("ls --color=always -la; ls --color=always -R .git | head -70; sleep 9"))
    capture("git-log", 80, 24, sh("git log --color=always --graph --stat | cat; git diff --color=always HEAD~1 | head -60; sleep 9"))
    capture("git-log-pager", 80, 24, ["git", "log", "--color=always", "--graph", "-p"], [" ", "/demo\r", "G"])
    capture("progress", 80, 24, ["bash", "-c", r"""
        for p in $(seq 0 5 100); do printf '\r\033[K%3d%% [%-50s]' $p "$(printf '%*s' $((p/2)) '' | tr ' ' '#')"; done; echo
        printf '  %% Total    %% Received\n'; for p in 10 50 100; do printf '\r%3d  1000k  %3d  %dk' $p $p $((p*10)); done; echo; sleep 9"""])
    # What apt does: the last row is kept out of the scroll region and redrawn
    capture("apt-progress", 80, 24, ["bash", "-c", r"""
        printf '\n\0337\033[0;23r\0338\033[1A'
        for p in $(seq 0 4 100); do echo "Setting up package-$p (1.$p) ..."
          printf '\0337\033[24;0f\033[42m\033[30mProgress: [%3d%%]\033[49m\033[39m [%s] \0338' $p "$(printf '%*s' $((p/2)) '' | tr ' ' '#')"; done
        printf '\0337\033[0;24r\0338\033[1A\033[J'; echo done; sleep 9"""])
    capture("gradient", 80, 24, ["python3", "-c", r"""
import time
for y in range(24):
    print(''.join(f'\x1b[48;2;{x*3};{y*10};{255-x*3}m\x1b[38;2;{255-y*10};{x*3};{y*9}m▀' for x in range(12)), end='\x1b[0m\r\n' if y < 23 else '')
print('\x1b[H' + ''.join(f'\x1b[48;5;{i}m{i:4}' + ('\x1b[0m\n' if i % 16 == 15 else '') for i in range(256)), end='\x1b[0m')
time.sleep(9)"""])
    capture("scroll-flood", 80, 24, sh("seq 1 3000; seq -s ' ' 1 800; sleep 9"))
    capture("wide-text", 50, 20, sh("cat wide.txt; head -c 600 wide.txt | tr -d '\\n'; sleep 9"))


if __name__ == "__main__":
    prepare_home()
    vim()
    pagers()
    screens()
    shells()
    plain_output()
    shutil.rmtree(HOME, ignore_errors=True)
