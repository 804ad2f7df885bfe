import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entries } from '../../app/ports.ts';
import { resolveAsset, type Asset, type AssetRequest, type PageManifest } from './assets.ts';
import { securityHeaders } from './headers.ts';

interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Answers the page's requests from the build, with every response carrying the security headers. Never throws. */
export type PageServer = (request: Pick<AssetRequest, 'url' | 'method'>) => Promise<PageResponse>;

export async function createPageServer(
  { page, pageManifest }: Pick<Entries, 'page' | 'pageManifest'>,
  origin: string,
): Promise<PageServer> {
  const manifest = JSON.parse(await readFile(pageManifest, 'utf8')) as PageManifest;
  return async (request) => {
    const asset = resolveAsset({ ...request, origin }, manifest);
    if (asset.status !== 200) return refusal(asset.status);
    const body = await readUnchanged(page, asset);
    if (body === null) return refusal(500);
    return {
      status: 200,
      headers: { ...securityHeaders(), 'content-type': asset.type },
      body: request.method === 'HEAD' ? Buffer.alloc(0) : body,
    };
  };
}

/** A file that no longer has the hash of the build is not served: someone changed the program's folder. */
async function readUnchanged(page: string, asset: Asset & { status: 200 }): Promise<Buffer | null> {
  const body = await readFile(join(page, asset.path)).catch(() => null);
  if (body === null) return null;
  return createHash('sha256').update(body).digest('hex') === asset.sha256 ? body : null;
}

function refusal(status: number): PageResponse {
  return {
    status,
    headers: { ...securityHeaders(), 'content-type': 'text/plain; charset=utf-8' },
    body: Buffer.alloc(0),
  };
}
