import { notHttp } from './failures.ts';
import type { ResponseHead } from './response-head.ts';

/** Where a body's bytes lie in what the connection brings. */
export interface Framing {
  /** Takes what came, gives the body's bytes in it, and says how much of it is used up. Throws when it is no HTTP. */
  take(bytes: Buffer, onBody: (piece: Buffer) => void): number;
  /** Bytes that will still come at least; 0 when the body is over. */
  readonly least: number;
  readonly isOver: boolean;
  /** The connection's end is the body's. */
  readonly endsWithConnection: boolean;
}

function ofLength(length: number): Framing {
  let left = length;
  return {
    take(bytes, onBody) {
      const here = Math.min(left, bytes.length);
      left -= here;
      if (here > 0) onBody(bytes.subarray(0, here));
      return here;
    },
    get least() {
      return left;
    },
    get isOver() {
      return left === 0;
    },
    endsWithConnection: false,
  };
}

const untilClose: Framing = {
  take(bytes, onBody) {
    if (bytes.length > 0) onBody(bytes);
    return bytes.length;
  },
  least: 1,
  isOver: false,
  endsWithConnection: true,
};

/** A size line with its extensions, or a trailer. */
const longestLine = 4096;
const mostTrailers = 32;
const sizeLine = /^([0-9a-f]{1,12})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?$/i;

/** RFC 9112, section 7.1. */
function chunked(): Framing {
  let state: 'size' | 'data' | 'data end' | 'trailers' | 'over' = 'size';
  let left = 0;
  let trailers = 0;

  /** The line that begins there, without its end; null while it is not whole. */
  const lineAt = (bytes: Buffer, offset: number): string | null => {
    const end = bytes.indexOf('\r\n', offset, 'latin1');
    if ((end < 0 ? bytes.length : end) - offset > longestLine) throw notHttp('a long line between chunks');
    return end < 0 ? null : bytes.toString('latin1', offset, end);
  };
  const onLine = (line: string): void => {
    if (state === 'trailers') {
      trailers += 1;
      if (trailers > mostTrailers) throw notHttp('too many trailers');
      if (line === '') state = 'over';
    } else if (state === 'data end') {
      if (line !== '') throw notHttp('a chunk that does not end');
      state = 'size';
    } else {
      const size = sizeLine.exec(line)?.[1];
      if (size === undefined) throw notHttp('the size of a chunk');
      left = Number.parseInt(size, 16);
      state = left === 0 ? 'trailers' : 'data';
    }
  };
  return {
    take(bytes, onBody) {
      let used = 0;
      while (state !== 'over' && used < bytes.length) {
        if (state === 'data') {
          const here = Math.min(left, bytes.length - used);
          onBody(bytes.subarray(used, used + here));
          used += here;
          left -= here;
          if (left === 0) state = 'data end';
          continue;
        }
        const line = lineAt(bytes, used);
        if (line === null) break;
        used += line.length + 2;
        onLine(line);
      }
      return used;
    },
    get least() {
      return state === 'over' ? 0 : 1;
    },
    get isOver() {
      return state === 'over';
    },
    endsWithConnection: false,
  };
}

/** RFC 9112, section 6.3. What could be read in two ways is refused. */
export function framingOf({ status, headers }: ResponseHead, method: 'GET' | 'HEAD'): Framing {
  if (method === 'HEAD' || status === 204 || status === 304) return ofLength(0);
  const length = headers.get('content-length');
  const coding = headers.get('transfer-encoding');
  if (coding !== undefined) {
    if (coding?.toLowerCase() !== 'chunked' || length !== undefined) throw notHttp('its transfer coding');
    return chunked();
  }
  if (length === undefined) return untilClose;
  if (length === null || !/^\d{1,15}$/.test(length)) throw notHttp('its length');
  return ofLength(Number(length));
}
