import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpProblem } from './problems.ts';

/** A header's one value; undefined when it is not there. Said twice, it is refused: two readers may take two of them. */
export function singleHeader(request: IncomingMessage, name: string): string | undefined {
  const values: string[] = [];
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    if (request.rawHeaders[at]?.toLowerCase() === name) values.push(request.rawHeaders[at + 1] ?? '');
  }
  if (values.length > 1) throw new HttpProblem(400, `The header ${name} was sent more than once.`);
  return values[0];
}

/**
 * Browsers and names. `Host` must be the very address we listen on: a name that was made to point here (DNS rebinding) is
 * another one. Pages send `Origin`, also `null` from files and sandboxed frames; none is served that policy does not name.
 */
export function checkFrontDoor(
  request: IncomingMessage,
  address: { host: string; origins: readonly string[] },
): { origin: string | null } {
  if (request.httpVersion !== '1.1') throw new HttpProblem(505, 'Use HTTP/1.1.');
  if (request.url?.startsWith('/') !== true) throw new HttpProblem(400, 'Name the path alone, beginning with a slash.');
  if (singleHeader(request, 'host') !== address.host) {
    throw new HttpProblem(403, `This is served as http://${address.host} alone.`);
  }
  const origin = singleHeader(request, 'origin');
  if (origin !== undefined && !address.origins.includes(origin)) {
    throw new HttpProblem(403, 'Web pages may not ask here.');
  }
  return { origin: origin ?? null };
}

/** For a page that policy names: it may read its answers. Nobody else gets a word of this. */
export function welcome(response: ServerResponse, origin: string): void {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Vary', 'Origin');
}

/** The question that a browser asks before such a page may send a token or JSON; answered without either. */
export function isPreflight(request: IncomingMessage): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}

export const preflightHeaders = {
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': 'authorization, content-type',
  'Access-Control-Max-Age': '600',
} as const;

/** The token of `Authorization: Bearer …`; null when there is none of that form. */
export function bearerOf(request: IncomingMessage): string | null {
  const header = singleHeader(request, 'authorization');
  return /^Bearer ([A-Za-z0-9._-]+)$/i.exec(header ?? '')?.[1] ?? null;
}
