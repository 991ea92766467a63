#!/usr/bin/env python3
"""Makes the recordings beside it: real shells, in which somebody types.

    capture.py [NAME...]      all of them if none is named; needs bash, dash, fish, less, python3, vim and zsh

Times are those of the run, so a new run gives other files; the tests look at commands and lines only.
"""
import fcntl, json, os, pty, re, select, shutil, struct, sys, tempfile, termios, time

HERE = os.path.dirname(os.path.abspath(__file__))
ENTER, UP, TAB, CTRL_A, CTRL_C, CTRL_E, CTRL_L, CTRL_R = '\r', '\x1b[A', '\t', '\x01', '\x03', '\x05', '\x0c', '\x12'
LEFT = '\x1b[D'

OSC133 = r"""PS1='\[\e]133;A\a\]\u@\h:\w\$ \[\e]133;B\a\]'; PS0='\[\e]133;C\a\]'; PROMPT_COMMAND='printf "\e]133;D;%s\a" $?'"""
BASH = ['/usr/bin/bash', '--norc', '--noprofile', '-i']


def typed(text):
    return list(text) + [ENTER]


# name: command, environment, rcfile lines, what is typed (a number waits so many seconds, a pair is a new size)
CASES = {
    'bash': (BASH, {'PS1': r'\u@web-1:\w\$ '}, [
        *typed('echo hello world'), *typed('cd /tmp'), *typed('pwd'),
        *'ls -l /nonex', CTRL_A, CTRL_E, LEFT, 'i', ENTER,
        *'sleep 99', CTRL_C, 0.3,
        UP, UP, UP, ENTER,
        *typed("echo 'two"), *typed("lines'"),
        *'cat /etc/host', TAB, TAB, 0.3, *'name', ENTER,
        CTRL_R, *'hello', 0.2, ENTER,
        *'echo cleared', CTRL_L, 0.2, *' away', ENTER,
        ENTER, *typed('printf "%s\\n" one two'), *typed('exit')]),
    'bash-two-lines': (BASH, {'PS1': r'\[\e[32m\]┌─(\[\e[1m\]\u\[\e[0;32m\])-[\w]\n└─\[\e[0m\]\$ '}, [
        *typed('id -un'), *typed('cd /usr/share'), *typed('echo "$PWD"'), *typed('exit')]),
    'bash-long': (BASH, {'PS1': '$ '}, [
        *typed('echo aaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbb cccccccccccccccc dddddddddddddddddd eeeeeeeeeee'),
        *'echo before the size changed ', (60, 20), *'and after it', ENTER, *typed('exit')]),
    'bash-marks': (BASH, {'PS1': '$ '}, [
        *typed(' ' + OSC133), *typed('true'), *typed('false'), *typed('ls /nonexistent'), *typed('exit')]),
    'bash-programs': (BASH, {'PS1': r'\u@web-1:\w\$ '}, [
        *typed('seq 300 | less'), 0.4, ' ', 0.2, 'q', 0.4,
        *typed('vim -u NONE -n'), 0.8, *'isecret text', '\x1b', 0.2, *typed(':q!'), 0.6,
        *typed('python3 -q'), 0.8, *typed('1 + 41'), *typed('quit()'), 0.5,
        *typed('read -p "Proceed? " x'), *typed('yes'), *typed('exit')]),
    'bash-no-editor': (['/usr/bin/bash', '--norc', '--noprofile', '--noediting', '-i'], {'PS1': r'\u@old:\w# '}, [
        *typed('uname'), *typed('cd /var'), *'lss', '\x7f', *typed(' -d .'), *typed('exit')]),
    'zsh': (['/usr/bin/zsh', '-f', '-i'], {'PS1': '%n@web-2 %~ %# ', 'RPROMPT': '%D{%H:%M:%S}'}, [
        *typed('echo from zsh'), *typed('cd /etc'), *'ls pass', TAB, 0.3, ENTER,
        *typed("echo 'two"), *typed("lines'"), UP, ENTER, *typed('exit')]),
    'zsh-two-lines': (['/usr/bin/zsh', '-f', '-i'], {'PS1': '%F{cyan}%~%f\n%F{green}❯%f '}, [
        *typed('echo starship'), *typed('cd /usr'), *typed('echo äöü 漢字'), *typed('exit')]),
    'fish': (['/usr/bin/fish', '-i', '--no-config'], {}, [
        *typed('echo from fish'), *typed('cd /etc'), *'cat hostn', TAB, 0.4, ENTER, *typed('echo again'),
        UP, UP, ENTER, *typed('exit')]),
    'dash': (['/usr/bin/dash', '-i'], {'PS1': '# '}, [
        *typed('echo from dash'), *typed('ls /nonexistent'), *'sleep', CTRL_C, 0.2, *typed('echo last'), *typed('exit')]),
}


def capture(name):
    command, env, keys = CASES[name]
    home = tempfile.mkdtemp()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.clear()
        os.environ.update({'PATH': '/usr/bin:/bin', 'TERM': 'xterm-256color', 'LANG': 'C.UTF-8', 'HOME': home,
                           'USER': 'root', **env})
        os.chdir(home)
        os.execv(command[0], command)
    size(fd, 80, 24)
    started = time.time()
    events = []

    def listen(quiet):
        end = time.time() + quiet
        while True:
            ready, _, _ = select.select([fd], [], [], max(0, end - time.time()))
            if not ready:
                return True
            try:
                data = os.read(fd, 65536)
            except OSError:
                return False
            if not data:
                return False
            events.append((time.time() - started, 'o', data.decode('utf-8', 'surrogateescape')))

    listen(0.8)
    for key in keys:
        if isinstance(key, float):
            alive = listen(key)
        elif isinstance(key, tuple):
            size(fd, *key)
            events.append((time.time() - started, 'r', '%dx%d' % key))
            alive = listen(0.3)
        else:
            os.write(fd, key.encode())
            alive = listen(0.5 if key == ENTER else 0.03)
        if not alive:
            break
    listen(0.3)
    os.close(fd)
    os.waitpid(pid, 0)
    shutil.rmtree(home, ignore_errors=True)
    with open(os.path.join(HERE, name + '.cast'), 'w', encoding='utf-8') as file:
        header = {'version': 3, 'term': {'cols': 80, 'rows': 24, 'type': 'xterm-256color'}, 'timestamp': 1795000000}
        file.write(json.dumps(header) + '\n')
        before = 0
        for at, code, data in events:
            at = round(at, 3)
            data = data.replace(home, '/root').replace(os.path.basename(home), 'root')
            file.write(json.dumps([round(at - before, 3), code, data], ensure_ascii=False) + '\n')
            before = at
        file.write(json.dumps([0, 'x', '0']) + '\n')


def size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


for name in sys.argv[1:] or CASES:
    capture(name)
