import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { Input, Method, Output } from '../../../shared/contract/index.ts';
import { CloisterError } from '../../../shared/errors.ts';
import type { Result } from '../../../shared/result.ts';
import { answered, hello, nextLine, read } from './messages.ts';
import { controlPlace } from './place.ts';
import { holds, proofOf } from './proof.ts';

/** Milliseconds. */
const patience = 30_000;

/**
 * Asks the process that has this profile open. Null: none does, or it takes no calls. Throws the code it answers with, and
 * `forbidden` when what listens cannot open this vault.
 */
export async function askHolder<M extends Method>(
  { profile, key }: { profile: string; key: () => Promise<Buffer> },
  method: M,
  input: Input<M>,
): Promise<Output<M> | null> {
  const socket = await connected(await controlPlace(profile));
  if (socket === null) return null;
  const secret = await key();
  try {
    const greeting = read(hello, await nextLine(socket, patience));
    if (greeting === null) return null;
    const call = JSON.stringify({ method, input });
    const nonce = randomBytes(32).toString('hex');
    socket.write(`${JSON.stringify({ nonce, call, proof: proofOf(secret, 'caller', greeting.nonce, call) })}\n`);
    const reply = read(answered, await nextLine(socket, patience));
    if (reply === null || !holds(secret, 'holder', nonce, reply.result, reply.proof)) {
      throw new CloisterError('forbidden', 'What listens for this profile is not a Cloister that has this vault open.');
    }
    return valueOf(JSON.parse(reply.result) as Result<Output<M>>);
  } finally {
    secret.fill(0);
    socket.destroy();
  }
}

function valueOf<Value>(result: Result<Value>): Value {
  if (result.ok) return result.value;
  const { code, detail } = result.error;
  throw new CloisterError(code, undefined, detail === undefined ? {} : { detail });
}

function connected(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}
