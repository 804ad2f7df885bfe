import type { Privileges, Protocol, Session } from 'electron';
import type { Entries } from '../../app/ports.ts';
import { createPageServer, type PageServer } from '../shared/index.ts';

/**
 * A scheme of our own, so the page has an origin that no browser and no other program has. Not `app:`, which Ollama lets
 * call it (`OLLAMA_ORIGINS` always holds `app://*`).
 */
const scheme = 'cloister';
export const origin = `${scheme}://app`;

/** `standard` and `secure` give an origin and a secure context; no bypass of the policy, no service worker, no CORS. */
const privileges: Privileges = { standard: true, secure: true, supportFetchAPI: true };

/** Electron takes this only before it is ready. */
export function registerScheme(protocol: Pick<Protocol, 'registerSchemesAsPrivileged'>): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }]);
}

/** Serves the page of the build, and nothing else, to the windows of this session. */
export async function servePage(
  session: { readonly protocol: Pick<Session['protocol'], 'handle'> },
  entries: Pick<Entries, 'page' | 'pageManifest'>,
): Promise<void> {
  const serve = await createPageServer(entries, origin);
  session.protocol.handle(scheme, (request) => respond(serve, request));
}

async function respond(serve: PageServer, request: Pick<Request, 'url' | 'method'>): Promise<Response> {
  const { status, headers, body } = await serve({ url: request.url, method: request.method });
  return new Response(new Uint8Array(body), { status, headers });
}
