import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../../electron/documents/parse/child.ts';
import { createParser } from '../../../electron/documents/parse/index.ts';
import { parserProgram, sandboxCommand } from '../../../electron/documents/parse/sandbox-command.ts';
import { findSandbox } from '../../../electron/sandbox/index.ts';
import type { Parser, ParserRun } from '../../../electron/documents/types.ts';
import { makeSnapshot } from '../../../scripts/parser-snapshot.ts';
import { node, reasonOf } from '../../fixtures/documents/parse.ts';

const script = join(import.meta.dirname, 'hostile-parser.mjs');
const run = promisify(execFile);

async function answer(parser: Pick<Parser, 'parse'>, action: string, argument = 'x'): Promise<string> {
  return (await parser.parse({ name: `file.${action}`, bytes: Buffer.from(argument) })).text;
}

const walls = ['namespace', 'permissions'] as const;
const starts = ['script', 'snapshot'] as const;
const isolations = ['file', 'run'] as const;

describe.each(
  walls.flatMap((kind) => starts.flatMap((start) => isolations.map((isolation) => [kind, start, isolation] as const))),
)('a parser that was taken over, held by %s, started from its %s, a process for each %s', (kind, start, isolation) => {
  const bubblewrap = kind === 'namespace' ? undefined : null;
  let parser: Parser;
  let reader: ParserRun;
  let entry: string;
  let folder: string;
  let secret: string;
  let listener: Server;
  /** What each connection said: other programs dial ports of this computer too. */
  const heard: string[] = [];
  const dialled = async (word: string): Promise<string> =>
    answer(reader, 'network', `${(listener.address() as AddressInfo).port} ${word}`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cloister-sandbox-'));
    entry = join(folder, 'parser.mjs');
    copyFileSync(script, entry);
    if (start === 'snapshot') await makeSnapshot(script, join(folder, 'parser.blob'));
    parser = createParser({ entry, node, isolation, ...(bubblewrap === null ? { bubblewrap } : {}), environment: {} });
    reader = parser.openRun();
    secret = join(folder, 'letter.txt');
    writeFileSync(secret, 'planted words');
    listener = createServer((socket) => {
      void text(socket).then((said) => heard.push(said), () => heard.push('(cut off)')); // prettier-ignore
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  });

  afterAll(async () => {
    await parser.dispose();
    listener.close();
    rmSync(folder, { recursive: true });
  });

  it('runs in the sandbox this test is about', async () => {
    const { kind: found, reason, slow } = await parser.sandbox();
    expect(found, reason ?? '').toBe(kind);
    expect(slow).toBe(start === 'snapshot' ? null : 'There is no snapshot.');
    expect(reason === null).toBe(kind === 'namespace');
  });

  it.each([
    ['reads no file of the user', 'readfile', () => secret],
    ['reads nothing of the system', 'readfile', () => '/etc/passwd'],
    ['sees no process', 'readfile', () => '/proc/self/environ'],
    ['lists no folder', 'listroot', () => ''],
    ['writes no file', 'writefile', () => join(folder, 'planted.txt')],
    ['writes no temporary file', 'writefile', () => '/tmp/planted.txt'],
    ['starts no program', 'spawn', () => ''],
    ['starts no thread', 'worker', () => ''],
    ['loads no native code', 'addon', () => '/usr/lib/x86_64-linux-gnu/libm.so.6'],
    ['makes no code of text (eval)', 'eval', () => ''],
    ['makes no code of text (Function)', 'function', () => ''],
  ])('%s', async (_, action, argument) => {
    expect(await answer(reader, action, argument() || 'x')).toMatch(/^refused: (ERR_|EvalError|EACCES|ENOENT|EROFS)/);
    expect(readFileSync(secret, 'utf8')).toBe('planted words');
    expect(existsSync(join(folder, 'planted.txt'))).toBe(false);
  });

  it('is given no environment and no name of the file', async () => {
    process.env['CLOISTER_TEST_SECRET'] = 'planted words';
    const said = await answer(reader, 'environment');
    expect(said).not.toContain('planted words');
    expect(said).not.toContain('file.environment');
    expect(said).toContain('done: {');
  });

  // Node 24 has no permission for the network: without a namespace it stays open, and the sandbox says so.
  if (kind === 'namespace') {
    it('has no environment at all and no network, not even loopback', async () => {
      expect(await answer(reader, 'environment')).toMatch(/^done: \{("PWD":"\/app")?\} /);
      const word = randomUUID();
      expect(await dialled(word)).toMatch(/^refused: (ENETUNREACH|ECONNREFUSED|EPERM)/);
      expect(heard).not.toContainEqual(expect.stringContaining(word));
    });
  } else {
    it('has a network, so that the listener of the test above is known to hear', async () => {
      const word = randomUUID();
      expect(await dialled(word)).toBe('done: connected');
      await expect.poll(() => heard).toContain(word);
    });
  }

  it.each([
    ['buffers without end', 'buffers', ['out_of_memory', 'crashed']],
    ['a heap without end', 'heap', ['out_of_memory', 'crashed']],
    ['an end without answer', 'silence', ['crashed']],
    ['a crash', 'crash', ['out_of_memory', 'crashed']],
    ['an answer that is no JSON', 'junk', ['junk']],
    ['an answer of another shape', 'wrongshape', ['junk']],
    ['offsets outside the text', 'outside', ['junk']],
    ['a reason in its own words', 'ownwords', ['junk']],
    ['an answer that claims 4 GB', 'endless', ['junk']],
    ['more than one answer', 'trailing', ['junk']],
    ['the same answer twice', 'twice', ['junk']],
    ['an answer to another request', 'otherid', ['junk']],
  ])('%s ends as a reason', async (_, action, reasons) => {
    expect(reasons).toContain(await reasonOf(answer(reader, action)));
  });

  it('is killed when it is cancelled, also while it spins', async () => {
    const cancel = new AbortController();
    const parsing = reader.parse({ name: 'file.spin', bytes: Buffer.from('x') }, cancel.signal);
    const outcome = reasonOf(parsing);
    // On a busy machine it gets a second of the processor late; it is stopped for its wall time only after these.
    await expect.poll(descendantsUsingProcessor, { timeout: 25_000 }).toBeGreaterThan(0);
    cancel.abort();
    expect(await outcome).toBe('cancelled');
    await expect.poll(descendantsUsingProcessor, { timeout: 10_000 }).toBe(0);
  }, 60_000);

  it('is killed when nobody needs it any more', async () => {
    const own = createParser({ entry, node, isolation, ...(bubblewrap === null ? { bubblewrap } : {}) });
    const parsing = own.openRun().parse({ name: 'file.hang', bytes: Buffer.from('x') });
    await wait(400);
    await own.dispose();
    expect(await reasonOf(parsing)).toBe('cancelled');
  });
});

/** Programs below this one that have used more than a second of processor time. */
async function descendantsUsingProcessor(): Promise<number> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,cputimes=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = new Set([process.pid]);
  for (let grown = -1; grown !== below.size;) {
    grown = below.size;
    for (const [pid = 0, parent = 0] of rows) if (below.has(parent)) below.add(pid);
  }
  return rows.filter(([pid = 0, , seconds = 0]) => pid !== process.pid && below.has(pid) && seconds >= 1).length;
}

describe('bubblewrap alone, without Node’s own limits', () => {
  async function withoutPermissions(action: string, argument: string): Promise<string> {
    const { tools } = await findSandbox(parserProgram({ node, entry: script }));
    const command = sandboxCommand({ node, entry: script, tools });
    const args = command.args.filter((each) => each !== '--permission' && !each.startsWith('--allow-fs'));
    const child = startChild({ file: command.file, args }, {});
    const reply = await child.parse({ extension: action, bytes: Buffer.from(argument), wallTime: 20_000 });
    child.kill();
    return reply.ok ? reply.document.text : reply.reason;
  }

  it('shows nothing of the system but the parser, Node and its libraries', async () => {
    expect(await withoutPermissions('listroot', 'x')).toMatch(
      /^done: (app|lib|lib64|node|tmp|usr)( (app|lib|lib64|node|tmp|usr))*$/,
    );
    expect(await withoutPermissions('readfile', join(import.meta.dirname, 'sandbox.test.ts'))).toBe('refused: ENOENT');
    expect(await withoutPermissions('readfile', '/etc/passwd')).toBe('refused: ENOENT');
    expect(await withoutPermissions('readfile', '/proc/self/environ')).toBe('refused: ENOENT');
  });

  it('is read-only', async () => {
    expect(await withoutPermissions('writefile', '/app/planted')).toBe('refused: EROFS');
    expect(await withoutPermissions('writefile', '/node')).toMatch(/^refused: (EROFS|ETXTBSY|EACCES)/);
  });
});

describe('a spinning parser', () => {
  it('is stopped by the kernel after its processor time, even when nobody waits', async () => {
    const command = sandboxCommand({
      node,
      entry: script,
      tools: { bubblewrap: null, prlimit: '/usr/bin/prlimit', libraries: [] },
    });
    expect(command.args).toContain('--cpu=60');
    const shorter = command.args.map((argument) => (argument === '--cpu=60' ? '--cpu=1' : argument));
    const header = Buffer.from(JSON.stringify({ extension: 'spin', size: 0 }));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(header.length);
    const child = execFile(command.file, shorter);
    child.stdin?.end(Buffer.concat([length, header]));
    const signal = await new Promise((resolve) => child.on('close', (_code, killedBy) => resolve(killedBy)));
    expect(signal).toBe('SIGKILL');
  });
});
