import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { Result } from '../../../shared/result.ts';
import { asked, call, nextLine, read } from './messages.ts';
import { controlPlace } from './place.ts';
import { holds, proofOf } from './proof.ts';

export interface ControlDeps {
  readonly profile: string;
  /** A key that whoever can open the vault can derive; wiped when the door is shut. */
  readonly key: () => Buffer;
  /** Runs one method of the contract. */
  readonly dispatch: (method: string, input: unknown) => Promise<Result<unknown>>;
}

export interface ControlDoor {
  close(): Promise<void>;
}

/** A caller that has connected says who it is at once. Milliseconds. */
const patience = 5_000;

/**
 * Lets the command line of the same person ask the process that has the profile open. Not a network door: a socket in the
 * profile's private folder, and each call proves that its sender could open the vault.
 */
export async function openControlDoor({ profile, key, dispatch }: ControlDeps): Promise<ControlDoor> {
  const path = await controlPlace(profile);
  const secret = key();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    void answerOne(socket, secret, dispatch).finally(() => socket.end());
  });
  // The profile's lock says that nobody listens here any more.
  if (process.platform !== 'win32') await rm(path, { force: true });
  await listen(server, path);
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      secret.fill(0);
      if (process.platform !== 'win32') await rm(path, { force: true });
    },
  };
}

async function listen(server: Server, path: string): Promise<void> {
  server.maxConnections = 16;
  // Also before `chmod` nobody else gets through: the folder is private, or each call proves itself.
  server.listen(path);
  await once(server, 'listening');
  if (process.platform !== 'win32') await chmod(path, 0o600);
}

async function answerOne(socket: Socket, key: Buffer, dispatch: ControlDeps['dispatch']): Promise<void> {
  const nonce = randomBytes(32).toString('hex');
  socket.write(`${JSON.stringify({ nonce })}\n`);
  const request = read(asked, await nextLine(socket, patience));
  if (request === null || !holds(key, 'caller', nonce, request.call, request.proof)) return;
  const wanted = read(call, request.call);
  if (wanted === null) return;
  const result = JSON.stringify(await dispatch(wanted.method, wanted.input));
  const proof = proofOf(key, 'holder', request.nonce, result);
  socket.write(`${JSON.stringify({ result, proof })}\n`);
}
