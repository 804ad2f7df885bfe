import type { Socket } from 'node:net';
import { z } from 'zod';

/** The holder speaks first. Every message is one line of JSON. */
export const hello = z.strictObject({ nonce: z.string().length(64) });
/** `call` is JSON text, so that what is proven is what is read. */
export const asked = z.strictObject({ nonce: z.string().length(64), call: z.string(), proof: z.string().length(64) });
export const call = z.strictObject({ method: z.string().max(64), input: z.unknown() });
export const answered = z.strictObject({ result: z.string(), proof: z.string().length(64) });

const longestLine = 1024 * 1024;

/** The next line, or null when the other side ends, says too much or nothing for too long. Milliseconds. */
export function nextLine(socket: Socket, patience: number): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const settle = (line: string | null): void => {
      clearTimeout(timer);
      socket.off('data', take).off('close', end).off('error', end).pause();
      resolve(line);
    };
    const end = (): void => settle(null);
    const take = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      const cut = text.indexOf('\n');
      if (cut >= 0) settle(text.slice(0, cut));
      else if (text.length > longestLine) settle(null);
    };
    const timer = setTimeout(end, patience);
    socket.on('data', take).on('close', end).on('error', end).resume();
  });
}

/** The line as a message of this shape, or null. */
export function read<Schema extends z.ZodType>(schema: Schema, line: string | null): z.output<Schema> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(line ?? ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
