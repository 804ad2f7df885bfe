import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { CommandContext } from './context.ts';

/** Whom a command may ask. */
export interface Asking {
  readonly input: Readable;
  /** A person reads and types. */
  readonly hasTerminal: boolean;
}

/** Asks at the terminal. Only whole words are answers; null: none was given, or the input ended, or it was stopped. */
export async function confirm(
  { streams, signal }: Pick<CommandContext, 'streams' | 'signal'>,
  input: Readable,
  question: string,
): Promise<'yes' | 'no' | null> {
  const reader = createInterface({ input, output: streams.err, terminal: streams.isTerminal });
  // The terminal hands Ctrl-C to the reader: it is for the whole program.
  reader.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([reader.question(`${question} (yes or no) `, { signal }), ended]);
    const word = answer.trim().toLowerCase();
    return word === 'yes' || word === 'no' ? word : null;
  } catch {
    return null;
  } finally {
    reader.close();
  }
}
