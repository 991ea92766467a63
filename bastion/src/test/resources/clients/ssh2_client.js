// npm's ssh2 at the target: directly, as login+target, or on a channel of a connection to the bastion.
const { readFileSync } = require('fs');
const { createHash } = require('crypto');
const { promisify } = require('util');
const { Client, utils } = require(process.env.NODE_MODULES + '/ssh2');

const env = process.env;
const key = readFileSync(env.KEY);
const digest = (data) => createHash('sha256').update(data).digest('hex');

function connect(options, known) {
  const host = utils.parseKey(readFileSync(known, 'utf8').trim().split(' ').slice(1).join(' ')).getPublicSSH();
  return new Promise((connected, failed) => {
    const client = new Client();
    client
      .on('ready', () => connected(client))
      .on('error', failed)
      .connect({ ...options, privateKey: key, hostVerifier: (shown) => shown.equals(host) });
  });
}

function execute(client, command, stdin = '') {
  return new Promise((done, failed) =>
    client.exec(command, (error, stream) => {
      if (error) return failed(error);
      const out = [];
      const err = [];
      stream.on('data', (data) => out.push(data));
      stream.stderr.on('data', (data) => err.push(data));
      stream.on('close', (...how) => {
        const stderr = Buffer.concat(err).toString().split('\n').filter((line) => !line.startsWith('bastion: '));
        console.log(command, digest(Buffer.concat(out)), stderr, how);
        done();
      });
      stream.end(stdin);
    }));
}

async function files(client) {
  const sftp = await promisify(client.sftp.bind(client))();
  const call = (name, ...words) =>
    new Promise((done, failed) => sftp[name](...words, (error, answer) => (error ? failed(error) : done(answer))));
  const there = env.THERE;
  for (const name of ['0', '1', '64K', '5M']) {
    await call('fastPut', `${env.PREPARED}/${name}`, `${there}/${name}`);
    await call('fastGet', `${there}/${name}`, `back-${name}`);
  }
  await call('mkdir', `${there}/folder`);
  await call('rename', `${there}/1`, `${there}/folder/one`);
  await call('ext_openssh_rename', `${there}/64K`, `${there}/folder/one`);
  await call('ext_openssh_hardlink', `${there}/folder/one`, `${there}/hard`);
  await call('symlink', 'folder/one', `${there}/link`);
  await call('chmod', `${there}/0`, 0o600);
  await call('writeFile', `${there}/ümlaut 'quoted'\n`, 'words');
  console.log(await call('readlink', `${there}/link`), (await call('readdir', there)).map((e) => e.filename).sort());
  for (const [name, ...words] of [['unlink', `${there}/none`], ['rmdir', `${there}/folder`], ['open', '/proc/none', 'w']]) {
    await call(name, ...words).catch((error) => console.log(error.code, error.message));
  }
  sftp.end();
}

function shell(client) {
  return new Promise((done, failed) =>
    client.shell({ term: 'vt100', cols: 91, rows: 17 }, (error, stream) => {
      if (error) return failed(error);
      let seen = '';
      let asked = false;
      stream.on('data', (data) => {
        seen += data;
        if (!asked && seen.includes('ready')) {
          asked = true;
          stream.setWindow(33, 77, 0, 0);
          stream.write('stty size; echo $TERM; exit 9\n');
        }
      });
      stream.on('close', (...how) => {
        console.log(seen.split(/\r?\n/).filter((line) => ['17 91', '33 77', 'vt100'].includes(line)), how);
        done();
      });
      stream.write("PS1=; stty -echo; stty size; echo re''ady\n");
    }));
}

async function main() {
  const outer = await connect({ host: env.HOST, port: +env.PORT, username: env.LOGIN }, env.KNOWN);
  let client = outer;
  if (env.WAY === 'JUMP') {
    const sock = await promisify(outer.forwardOut.bind(outer))('127.0.0.1', 0, 'web-1', 22);
    client = await connect({ sock, username: env.TARGET_LOGIN }, env.TARGET_KNOWN);
  }
  for (const what of process.argv.slice(2)) {
    if (what === 'exec') {
      await execute(client, 'echo out; echo err >&2; exit 7');
      await execute(client, 'wc -c; sha256sum', readFileSync(`${env.PREPARED}/5M`));
      await execute(client, `cat ${env.PREPARED}/5M`);
      await execute(client, 'kill -TERM $$');
    } else {
      await { files, shell }[what](client);
    }
  }
  client.end();
  outer.end();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
