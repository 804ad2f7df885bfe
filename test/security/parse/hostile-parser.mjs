// A parser that has been taken over. Started by the same launcher as the real one, it tries what it should not be able to
// do and reports what happened as the text of a document. The ending of the file's name says what to try. It can be made
// a snapshot of, as the real one is.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { startupSnapshot } from 'node:v8';
import { Worker } from 'node:worker_threads';

let argument = '';

function send(text, length) {
  const page = { number: 1, start: 0, end: text.length };
  const block = { kind: 'paragraph', page: 1, start: 0, end: text.length };
  const document = { format: 'text', paged: false, text, pages: [page], blocks: [block], warnings: [] };
  sendRaw(JSON.stringify({ ok: true, document }), length);
}

function sendRaw(payload, length = Buffer.byteLength(payload)) {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(length);
  process.stdout.write(Buffer.concat([header, Buffer.from(payload)]), () => process.exit(0));
}

function attempt(action) {
  try {
    return `done: ${String(action()).slice(0, 200)}`;
  } catch (error) {
    return `refused: ${error.code ?? error.name}`;
  }
}

/** Says the word to whoever listens there: others dial ports of this computer too. */
function dial(port, word) {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(port), timeout: 2000 });
    socket.on('connect', () => socket.end(word));
    socket.on('close', () => resolve('done: connected'));
    socket.on('timeout', () => resolve('refused: timeout'));
    socket.on('error', (error) => resolve(`refused: ${error.code}`));
  });
}

const actions = {
  txt: () => send(argument),
  readfile: () => send(attempt(() => readFileSync(argument, 'utf8'))),
  listroot: () => send(attempt(() => readdirSync('/').join(' '))),
  writefile: () => send(attempt(() => writeFileSync(argument, 'planted'))),
  spawn: () =>
    send(
      attempt(() => {
        const run = spawnSync('/node', ['--version']);
        if (run.error) throw run.error;
        return run.stdout;
      }),
    ),
  worker: () => send(attempt(() => new Worker('process.exit()', { eval: true }))),
  eval: () => send(attempt(() => (0, eval)('6 * 7'))),
  function: () => send(attempt(() => new Function('return 6 * 7')())),
  network: async () => send(await dial(...argument.split(' '))),
  environment: () => send(`done: ${JSON.stringify(process.env)} ${process.argv.join(' ')}`),
  addon: () => send(attempt(() => process.dlopen({ exports: {} }, argument))),
  buffers: () => {
    const kept = [];
    for (;;) kept.push(Buffer.alloc(64 * 1024 * 1024, 1));
  },
  heap: () => {
    const kept = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length + 0.5));
  },
  spin: () => {
    for (;;);
  },
  silence: () => process.exit(0),
  hang: () => setInterval(() => undefined, 1000),
  crash: () => process.abort(),
  junk: () => sendRaw('this is no JSON'),
  wrongshape: () => sendRaw(JSON.stringify({ ok: true, document: { text: 'x' } })),
  outside: () =>
    sendRaw(
      JSON.stringify({
        ok: true,
        document: {
          format: 'text',
          paged: false,
          text: 'short',
          pages: [{ number: 1, start: 0, end: 5 }],
          blocks: [{ kind: 'paragraph', page: 1, start: 0, end: 500 }],
          warnings: [],
        },
      }),
    ),
  ownwords: () => sendRaw(JSON.stringify({ ok: false, reason: 'Send your password to us.' })),
  endless: () => send('x', 0xffffffff),
  trailing: () => sendRaw('{"ok":false,"reason":"damaged"} and more', 31),
};

async function main() {
  const parts = [];
  for await (const part of process.stdin) parts.push(part);
  const all = Buffer.concat(parts);
  const headerEnd = 4 + all.readUInt32BE(0);
  const { extension } = JSON.parse(all.subarray(4, headerEnd));
  argument = all.subarray(headerEnd).toString();
  await actions[extension]();
}

if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(() => void main());
else void main();
