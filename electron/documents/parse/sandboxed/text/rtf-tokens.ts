export type RtfToken =
  | { readonly kind: 'open' }
  | { readonly kind: 'close' }
  | { readonly kind: 'word'; readonly name: string; readonly value: number | null }
  | { readonly kind: 'symbol'; readonly name: string }
  /** Bytes in the current code page. */
  | { readonly kind: 'bytes'; readonly bytes: string };

const word = /([a-zA-Z]{1,32})(-?\d{1,10})? ?/y;
const plain = /[^\\{}\r\n]+/y;

function hex(text: string, at: number): string {
  const value = Number.parseInt(text.slice(at, at + 2), 16);
  return Number.isNaN(value) ? '' : String.fromCharCode(value);
}

/** Cuts RTF, read as latin1 (one character a byte), into tokens. Raw data after `\bin` is passed over. */
export function* rtfTokens(text: string): Generator<RtfToken> {
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '{' || character === '}') {
      yield character === '{' ? { kind: 'open' } : { kind: 'close' };
      at += 1;
    } else if (character === '\r' || character === '\n') at += 1;
    else if (character !== '\\') {
      plain.lastIndex = at;
      const found = plain.exec(text)?.[0] ?? character ?? '';
      yield { kind: 'bytes', bytes: found };
      at += found.length;
    } else if (text[at + 1] === "'") {
      yield { kind: 'bytes', bytes: hex(text, at + 2) };
      at += 4;
    } else {
      word.lastIndex = at + 1;
      const match = word.exec(text);
      const [all = '', name, value] = match ?? [];
      if (name === undefined) {
        yield { kind: 'symbol', name: text[at + 1] ?? '' };
        at += 2;
      } else {
        const number = value === undefined ? null : Number(value);
        yield { kind: 'word', name, value: number };
        at += 1 + all.length + (name === 'bin' ? Math.max(0, number ?? 0) : 0);
      }
    }
  }
}
