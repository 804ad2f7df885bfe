// A parser that has been taken over. Started by the same launcher as the real one, it tries what it should not be able to
// do and reports what happened as the text of a document. The ending of the file's name says what to try. It can be made
// a snapshot of, as the real one is, and is asked for one file after the other, as the real one is.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { startupSnapshot } from 'node:v8';
import { Worker } from 'node:worker_threads';

let argument = '';
let id = '';
/** Not one word of this may be found outside the run that it was said in. */
const kept = [];
const hoard = [];
let files = 0;
let self = '';

function documentOf(text, heapBytes = 1) {
  const page = { number: 1, start: 0, end: text.length };
  const block = { kind: 'paragraph', page: 1, start: 0, end: text.length };
  const document = { format: 'text', paged: false, text, pages: [page], blocks: [block], warnings: [] };
  return JSON.stringify({ id, ok: true, document, heapBytes, faults: 0 });
}

const send = (text, length) => sendRaw(documentOf(text), length);

function sendRaw(payload, length = Buffer.byteLength(payload)) {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(length);
  process.stdout.write(Buffer.concat([header, Buffer.from(payload)]));
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
  wrongshape: () => sendRaw(JSON.stringify({ id, ok: true, document: { text: 'x' }, heapBytes: 1, faults: 0 })),
  outside: () =>
    sendRaw(
      JSON.stringify({
        id,
        heapBytes: 1,
        faults: 0,
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
  ownwords: () => sendRaw(JSON.stringify({ id, ok: false, reason: 'Send your password to us.' })),
  endless: () => send('x', 0xffffffff),
  trailing: () => {
    const answer = JSON.stringify({ id, ok: false, reason: 'damaged' });
    sendRaw(`${answer} and more`, answer.length);
  },
  otherid: () => {
    id = randomUUID();
    send('planted');
  },
  refuses: () => sendRaw(JSON.stringify({ id, ok: false, reason: 'damaged' })),
  /** Which process this is. */
  who: () => send((self ||= randomUUID())),
  twice: () => {
    const answer = documentOf('planted');
    const header = Buffer.alloc(4);
    header.writeUInt32BE(answer.length);
    process.stdout.write(Buffer.concat([header, Buffer.from(answer), header, Buffer.from(answer)]));
  },
  /** An answer to this file, and one for the next before it is asked for. */
  ahead: () => {
    send('mine');
    setTimeout(() => send('planted'), Number(argument));
  },
  remember: () => {
    kept.push(argument);
    send(`kept ${kept.length}`);
  },
  recall: () => send(`kept: ${kept.join(' ')}`),
  /** Says that it holds nothing. */
  hoard: () => {
    hoard.push(Buffer.alloc(150 * 1024 * 1024, 1));
    send(`hoard ${hoard.length}`);
  },
  swollen: () => sendRaw(documentOf((self ||= randomUUID()), 400 * 1024 * 1024)),
  crashatthird: () => (files === 3 ? process.abort() : send(`file ${files}`)),
};

async function main() {
  let all = Buffer.alloc(0);
  for await (const part of process.stdin) {
    all = Buffer.concat([all, part]);
    const headerEnd = all.length < 4 ? Infinity : 4 + all.readUInt32BE(0);
    if (all.length < headerEnd) continue;
    const request = JSON.parse(all.subarray(4, headerEnd));
    const end = headerEnd + request.size;
    if (all.length < end) continue;
    id = request.id;
    argument = all.subarray(headerEnd, end).toString();
    all = all.subarray(end);
    files += 1;
    await actions[request.extension]();
  }
  process.exit(0);
}

if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(() => void main());
else void main();
