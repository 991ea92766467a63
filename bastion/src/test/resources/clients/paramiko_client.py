"""Paramiko at the target: directly, as login+target, or on a channel of a connection to the bastion."""
import os
import sys
import hashlib

import paramiko


def known(client, file):
    client.load_host_keys(file)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())


def connect():
    env = os.environ
    key = paramiko.Ed25519Key.from_private_key_file(env["KEY"])
    outer = paramiko.SSHClient()
    known(outer, env["KNOWN"])
    outer.connect(env["HOST"], int(env["PORT"]), env["LOGIN"], pkey=key, allow_agent=False, look_for_keys=False)
    if env["WAY"] != "JUMP":
        return outer
    channel = outer.get_transport().open_channel("direct-tcpip", ("web-1", 22), ("127.0.0.1", 0))
    inner = paramiko.SSHClient()
    known(inner, env["TARGET_KNOWN"])
    inner.connect("web-1", 22, env["TARGET_LOGIN"], pkey=key, sock=channel, allow_agent=False, look_for_keys=False)
    inner.outer = outer
    return inner


def execute(client, command, stdin=b""):
    into, out, err = client.exec_command(command)
    into.write(stdin)
    into.channel.shutdown_write()
    stdout = hashlib.sha256(out.read()).hexdigest()
    stderr = [line for line in err.readlines() if not line.startswith("bastion: ")]
    print(command, stdout, stderr, out.channel.recv_exit_status())


def files(client, there, prepared):
    sftp = client.open_sftp()
    sftp.chdir(there)
    for name in "0", "1", "64K", "5M":
        print(sftp.put(f"{prepared}/{name}", name).st_size)
        sftp.get(name, f"back-{name}")
    sftp.mkdir("folder", 0o750)
    sftp.rename("1", "folder/one")
    sftp.posix_rename("64K", "folder/one")
    sftp.symlink("folder/one", "link")
    print(sftp.readlink("link"), sftp.normalize("."), sorted(sftp.listdir()))
    sftp.chmod("5M", 0o600)
    sftp.utime("5M", (1_500_000_000, 1_500_000_000))
    sftp.truncate("0", 100)
    with sftp.open("ümlaut 'quoted'\n", "w+") as file:
        file.write(b"one")
        file.seek(1)
        file.write(b"two")
    with sftp.open("5M") as file:
        file.prefetch()
        print(hashlib.sha256(file.read()).hexdigest())
    for attempt in (lambda: sftp.remove("none"), lambda: sftp.rmdir("folder"), lambda: sftp.open("/proc/none", "w")):
        try:
            attempt()
        except IOError as e:
            print(type(e).__name__, e)
    sftp.close()


def shell(client):
    channel = client.invoke_shell("vt100", 91, 17)
    channel.sendall(b"PS1=; stty -echo; stty size; echo re''ady\n")
    seen = b""
    while b"ready" not in seen:
        seen += channel.recv(4096)
    channel.resize_pty(77, 33)
    channel.sendall(b"sleep 0.3; stty size; echo $TERM; exit 9\n")
    while True:
        more = channel.recv(4096)
        if not more:
            break
        seen += more
    lines = seen.replace(b"\r", b"").split(b"\n")
    print([line for line in lines if line in (b"17 91", b"33 77", b"vt100")], channel.recv_exit_status())


client = connect()
for what in sys.argv[1:]:
    if what == "exec":
        execute(client, "echo out; echo err >&2; exit 7")
        execute(client, "wc -c; sha256sum", open(os.environ["PREPARED"] + "/5M", "rb").read())
        execute(client, f"cat {os.environ['PREPARED']}/5M")
        execute(client, "kill -KILL $$")
    elif what == "files":
        files(client, os.environ["THERE"], os.environ["PREPARED"])
    elif what == "shell":
        shell(client)
