import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBridge } from '../../../electron/engine/keeper/bridge.ts';

/** Whatever a side waits for comes within this, or it waits for ever. Milliseconds. */
const promptly = 5_000;

let folder: string;
let engine: Server;
let bridge: Server;
let reached: Promise<Socket>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bridge-'));
  const { promise, resolve } = Promise.withResolvers<Socket>();
  reached = promise;
  engine = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    resolve(socket);
  });
  await once(engine.listen(0, '127.0.0.1'), 'listening');
  bridge = await openBridge(join(folder, 'socket'), (engine.address() as AddressInfo).port);
});
afterEach(async () => {
  bridge.close();
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** Both ends of one connection, after a first word from each. */
async function joined(): Promise<{ caller: Socket; answering: Socket }> {
  const caller = connect(join(folder, 'socket'));
  caller.on('error', () => undefined);
  caller.write('hello');
  const answering = await reached;
  await once(answering, 'data');
  answering.write('hello');
  await once(caller, 'data');
  return { caller, answering };
}

const ended = async (socket: Socket): Promise<boolean> => {
  if (socket.closed || socket.readableEnded) return true;
  socket.resume();
  const end = Promise.race([once(socket, 'close'), once(socket, 'end')]).then(
    () => true,
    () => true,
  );
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, promptly, false));
  return Promise.race([end, late]);
};

/** Writes until the other side takes no more. */
async function fill(socket: Socket): Promise<void> {
  const chunk = Buffer.alloc(1 << 20);
  for (let megabytes = 0; megabytes < 64; megabytes++) {
    if (!socket.write(chunk)) {
      const more = await Promise.race([
        once(socket, 'drain').then(() => true),
        new Promise<boolean>((resolve) => setTimeout(resolve, 300, false)),
      ]);
      if (!more) return;
    }
  }
  throw new Error('the other side takes everything');
}

describe('the bridge', () => {
  it('is a socket for this user alone, and carries both ways', async () => {
    expect((await stat(join(folder, 'socket'))).mode & 0o777).toBe(0o600);
    await joined();
  });

  it('tells the engine that a caller left', async () => {
    const { caller, answering } = await joined();
    caller.destroy();
    expect(await ended(answering)).toBe(true);
  });

  it('tells the engine so while it writes what nobody reads', async () => {
    const { caller, answering } = await joined();
    caller.pause();
    await fill(answering);
    caller.destroy();
    expect(await ended(answering)).toBe(true);
  });

  it('tells the engine so while it does not read what was asked, as soon as it reads', async () => {
    const { caller, answering } = await joined();
    answering.pause();
    await fill(caller);
    caller.destroy();
    expect(await ended(answering)).toBe(true);
  });

  it.each([
    ['ends', (socket: Socket) => socket.end()],
    ['closes', (socket: Socket) => socket.destroy()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('tells a caller that the engine %s', async (_how, leave) => {
    const { caller, answering } = await joined();
    leave(answering);
    expect(await ended(caller)).toBe(true);
  });

  it('leaves no caller waiting who asks again on a connection that the engine is closing', async () => {
    const { caller, answering } = await joined();
    answering.end();
    caller.write('one more');
    expect(await ended(caller)).toBe(true);
  });

  it('brings everything that the engine said before it closed', async () => {
    const { caller, answering } = await joined();
    const chunks: Buffer[] = [];
    caller.on('data', (chunk: Buffer) => chunks.push(chunk));
    answering.end(Buffer.alloc(3_000_000, 1));
    expect(await ended(caller)).toBe(true);
    expect(Buffer.concat(chunks)).toHaveLength(3_000_000);
  });

  it('turns a caller away at once when nobody listens behind it', async () => {
    engine.close();
    await once(engine, 'close');
    const caller = connect(join(folder, 'socket'));
    caller.on('error', () => undefined);
    expect(await ended(caller)).toBe(true);
  });
});
