// What an engine that was taken over could try, from inside the cage. `serve` listens where it was told to and answers
// `GET /tries?…` with what came of each try. Runs with nothing but Node.
const { spawnSync } = require('node:child_process');
const dgram = require('node:dgram');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');

const outcome = (attempt) => {
  try {
    return attempt() ?? 'done';
  } catch (error) {
    return error.code ?? 'failed';
  }
};

const connecting = (options) =>
  new Promise((resolve) => {
    const socket = net.connect(options);
    socket.on('connect', () => (socket.destroy(), resolve('connected')));
    socket.on('error', (error) => resolve(error.code));
    setTimeout(() => resolve('ETIMEDOUT'), 2000).unref();
  });

/** Looks up a route; sends nothing. */
const routeTo = (address) =>
  new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    socket.on('error', (error) => resolve(error.code));
    socket.connect(9, address, (error) => resolve(error === undefined || error === null ? 'routed' : error.code));
  });

const fieldOf = (name) =>
  new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(fs.readFileSync('/proc/self/status', 'utf8'))?.[1];

async function tries({ read, port, abstract, victim }) {
  return {
    reads: Object.fromEntries(read.map((path) => [path, outcome(() => (fs.readFileSync(path), 'read'))])),
    lists: Object.fromEntries(
      ['/', '/tmp', '/home', '/models', '/etc', '/run'].map((path) => [
        path,
        outcome(() => fs.readdirSync(path).sort()),
      ]),
    ),
    writes: Object.fromEntries(
      ['/models/planted', '/cloister/engine/bin/ollama', '/cloister/keeper/x', '/usr/lib/x', '/planted', '/etc/x'].map(
        (path) => [path, outcome(() => fs.writeFileSync(path, 'x'))],
      ),
    ),
    programs: Object.fromEntries(
      ['/bin/sh', '/usr/bin/env', '/usr/bin/python3', '/usr/bin/bwrap'].map((path) => [
        path,
        spawnSync(path, ['-c', 'true']).error?.code ?? 'ran',
      ]),
    ),
    connects: {
      port: await connecting({ host: '127.0.0.1', port }),
      abstract: await connecting({ path: `\0${abstract}` }),
    },
    route: await routeTo('192.0.2.1'),
    interfaces: Object.keys(os.networkInterfaces()),
    processes: fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length,
    signal: outcome(() => process.kill(victim, 0)),
    hostname: os.hostname(),
    status: { capabilities: fieldOf('CapEff'), bounding: fieldOf('CapBnd'), noNewPrivileges: fieldOf('NoNewPrivs') },
    environment: process.env,
    // Puts another door where its own was: the program must not walk through it.
    swap: outcome(() => {
      fs.rmSync('/run/cloister/engine', { force: true });
      fs.symlinkSync('/proc/1/root', '/run/cloister/engine');
    }),
  };
}

if (process.argv.includes('--version')) {
  process.stdout.write('ollama version is 0.32.15\n');
} else {
  const claimed = fs.existsSync(`${__dirname}/claimed-port`)
    ? fs.readFileSync(`${__dirname}/claimed-port`, 'utf8')
    : null;
  const [host, wanted] = process.env.OLLAMA_HOST.split(':');
  const server = http.createServer((request, response) => {
    if (request.url === '/api/version') return response.end('{"version":"0.32.15"}');
    if (request.url === '/api/ps') return response.end('{"models":[]}');
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', async () => response.end(JSON.stringify(await tries(JSON.parse(body)))));
  });
  server.listen(Number(wanted), host, () => {
    const port = claimed ?? server.address().port;
    process.stderr.write(`msg="Listening on ${host}:${port} (version 0.32.15)"\n`);
  });
}
