import type { HeaderFile } from '../../gguf/byte-source.ts';

/** The front of a file that comes through a pipe, taken in as far as it is asked for. `size`: of the whole file. */
export function createArrivingFile(source: AsyncIterator<Buffer, unknown>, first: Buffer, size: number): HeaderFile {
  const parts: { readonly start: number; readonly bytes: Buffer }[] = [];
  let arrived = 0;
  let ended = false;
  const add = (bytes: Buffer): void => {
    if (bytes.length === 0) return;
    parts.push({ start: arrived, bytes });
    arrived += bytes.length;
  };
  add(first);

  const arriveTo = async (end: number): Promise<void> => {
    while (arrived < end && !ended) {
      const next = await source.next();
      if (next.done === true) ended = true;
      else add(next.value);
    }
  };

  /** The part that holds a position: searched from the end, for a header is read forwards. */
  const partAt = (position: number): number => {
    let index = parts.length - 1;
    while (index > 0 && (parts[index]?.start ?? 0) > position) index -= 1;
    return index;
  };

  return {
    stat: async () => ({ size }),
    async read(into, offset, length, position) {
      await arriveTo(position + length);
      const bytesRead = Math.max(0, Math.min(length, arrived - position));
      let copied = 0;
      for (let index = partAt(position); copied < bytesRead; index += 1) {
        const part = parts[index];
        if (part === undefined) break;
        const from = position + copied - part.start;
        copied += part.bytes.copy(into, offset + copied, from, Math.min(part.bytes.length, from + bytesRead - copied));
      }
      return { bytesRead: copied };
    },
  };
}
