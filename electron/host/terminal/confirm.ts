import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import type { CommandContext } from './context.ts';

/** Asks at the terminal. Only a whole “yes” is one; an input that ends and Ctrl-C are a no. */
export async function confirm(
  { streams, signal }: Pick<CommandContext, 'streams' | 'signal'>,
  input: Readable,
  question: string,
): Promise<boolean> {
  const reader = createInterface({ input, output: streams.err, terminal: streams.isTerminal });
  const ended = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([reader.question(`${question} (yes or no) `, { signal }), ended]);
    return answer.trim().toLowerCase() === 'yes';
  } catch {
    return false;
  } finally {
    reader.close();
  }
}
