"""AsyncSSH at the target: directly, as login+target, or in a tunnel of a connection to the bastion."""
import asyncio
import hashlib
import os
import sys
import warnings

warnings.filterwarnings("ignore")
import asyncssh


async def connect(stack):
    env = os.environ
    common = dict(agent_path=None, config=None, client_keys=[env["KEY"]])
    outer = await asyncssh.connect(
        env["HOST"], int(env["PORT"]), username=env["LOGIN"], known_hosts=env["KNOWN"], **common
    )
    stack.append(outer)
    if env["WAY"] == "JUMP":
        inner = await outer.connect_ssh(
            "web-1", 22, username=env["TARGET_LOGIN"], known_hosts=env["TARGET_KNOWN"], **common
        )
        stack.append(inner)
    return stack[-1]


def digest(data):
    return hashlib.sha256(data).hexdigest()


async def execute(connection, command, stdin=b"", **more):
    done = await connection.run(command, input=stdin, encoding=None, **more)
    stderr = b"".join(line for line in done.stderr.splitlines(True) if not line.startswith(b"bastion: "))
    print(command, digest(done.stdout), digest(stderr), done.exit_status, done.exit_signal)


async def statuses(connection):
    """Every exit status, eight at a time on one connection."""
    gate = asyncio.Semaphore(8)

    async def one(status):
        async with gate:
            return (await connection.run(f"exit {status}")).exit_status

    print(await asyncio.gather(*(one(status) for status in range(256))))


async def signals(connection):
    """A signal from the client to a program without a terminal and to one with: what comes of it is the target's affair."""
    for terminal in None, "xterm":
        async with connection.create_process(
            "trap 'echo caught; exit 3' INT; echo ready; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1; done; echo on",
            term_type=terminal,
        ) as process:
            print((await process.stdout.readline()).strip())
            process.send_signal("INT")
            done = await process.wait()
            print(done.stdout.strip(), done.exit_status, done.exit_signal)


async def terminals(connection):
    async with connection.create_process(
        "stty size; read x; stty size; read x; echo $TERM; exit 6", term_type="vt100", term_size=(91, 17)
    ) as process:
        print(await process.stdout.readline())
        process.change_terminal_size(77, 33)
        process.stdin.write("\n")
        print(await process.stdout.readline(), await process.stdout.readline())
        process.send_break(200)
        process.stdin.write("\n")
        done = await process.wait()
        print(done.stdout, done.exit_status)


async def early(connection):
    """A size, a break, a signal, input and its end right behind the request, when nothing can run yet."""
    async with connection.create_process(
        "sleep 2; stty size; read x; echo $x; exit 4", term_type="vt100", term_size=(91, 17)
    ) as process:
        process.change_terminal_size(60, 20)
        process.change_terminal_size(77, 33)
        process.send_break(200)
        process.stdin.write("typed\n")
        done = await process.wait()
        print(done.stdout, done.exit_status)
    async with connection.create_process("cat; exit 5") as process:
        process.stdin.write("sent")
        process.stdin.write_eof()
        done = await process.wait()
        print(done.stdout, done.exit_status)
    async with connection.create_process("sleep 1; echo on") as process:
        process.send_signal("KILL")
        done = await process.wait()
        print(done.stdout, done.exit_status, done.exit_signal)


async def files(connection, there, prepared):
    async with connection.start_sftp_client() as sftp:
        await sftp.chdir(there)
        await sftp.put([f"{prepared}/{name}" for name in ("0", "1", "64K", "5M")], preserve=False)
        os.mkdir("back")
        await sftp.get(["0", "1", "64K", "5M"], "back")
        await sftp.mkdir("folder")
        await sftp.posix_rename("1", "folder/one")
        await sftp.link("folder/one", "hard")
        await sftp.symlink("folder", f"{there}/link")
        print(await sftp.readlink("link"), sorted(await sftp.listdir(".")), (await sftp.statvfs(".")).namemax)
        await sftp.chmod("5M", 0o600)
        async with sftp.open("5M", "rb+") as file:
            await file.seek(1000)
            await file.write(b"changed")
            await file.fsync()
        for attempt in sftp.remove("none"), sftp.rmdir("folder"), sftp.open("/proc/none", "w"):
            try:
                await attempt
            except asyncssh.SFTPError as e:
                print(e.code, e.reason)


async def parallel(connection):
    """Ten channels at once."""
    data = open(os.environ["PREPARED"] + "/64K", "rb").read()
    done = await asyncio.gather(*(connection.run("sleep 1; cat", input=data, encoding=None) for _ in range(10)))
    print([digest(run.stdout) for run in done])


async def main():
    stack = []
    connection = await connect(stack)
    big = open(os.environ["PREPARED"] + "/5M", "rb").read()
    for what in sys.argv[1:]:
        if what == "exec":
            await execute(connection, "echo out; echo err >&2; exit 7")
            await execute(connection, "cat", big)
            await execute(connection, "cat >&2", big)
            await execute(connection, "head -c 3; exec 0<&-; echo end", b"abc" + big)
        elif what == "deaths":
            for signal in "HUP", "INT", "QUIT", "KILL", "PIPE", "TERM", "ABRT", "SEGV", "USR1", "ALRM", "XCPU":
                await execute(connection, f"ulimit -c 0; kill -{signal} $$")
        elif what == "files":
            await files(connection, os.environ["THERE"], os.environ["PREPARED"])
        else:
            await {"statuses": statuses, "signals": signals, "terminals": terminals, "parallel": parallel, "early": early}[what](
                connection
            )
    for connection in reversed(stack):
        connection.close()
        await connection.wait_closed()


asyncio.run(main())
