import { notHttp } from './failures.ts';

/** Status line and fields of an answer. RFC 9112, read strictly. */
export interface ResponseHead {
  readonly status: number;
  /** By lower-case name; null where it stands more than once. */
  readonly headers: ReadonlyMap<string, string | null>;
  /** The server lets the connection be used again. */
  readonly staysOpen: boolean;
}

/** Addresses of storage that registries redirect to carry signatures of a few kilobytes. */
export const headBytes = 32 * 1024;
const mostFields = 128;

const statusLine = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const field = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*$/;

/** `text`: from the status line to before the empty line, one character for each byte. Folded lines are refused. */
export function parseHead(text: string): ResponseHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minor, status] = statusLine.exec(first) ?? [];
  if (status === undefined) throw notHttp('its status line');
  if (lines.length > mostFields) throw notHttp('too many fields');
  const headers = new Map<string, string | null>();
  for (const line of lines) {
    const [, name, value] = field.exec(line) ?? [];
    if (name === undefined || value === undefined) throw notHttp('a field');
    const key = name.toLowerCase();
    headers.set(key, headers.has(key) ? null : value);
  }
  const connection = headers.get('connection');
  const closes = connection === null || /\bclose\b/i.test(connection ?? '');
  return { status: Number(status), headers, staysOpen: minor === '1' && !closes };
}
