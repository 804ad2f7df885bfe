/** The files of the built page, from `dist/page-manifest.json`: path → SHA-256 and media type. */
export type PageManifest = Readonly<Record<string, { readonly sha256: string; readonly type: string }>>;

export interface AssetRequest {
  readonly url: string;
  readonly method: string;
  /** Scheme and host that the page lives on, such as `cloister://app`. */
  readonly origin: string;
}

export type Asset =
  | { readonly status: 200; readonly path: string; readonly sha256: string; readonly type: string }
  | { readonly status: 400 | 404 | 405 };

const indexPage = 'index.html';

/**
 * Which file of the build answers a request. Only files that the build listed exist; there is no way from here to a disk
 * path that it did not name, and no fallback page for unknown paths.
 */
export function resolveAsset(request: AssetRequest, manifest: PageManifest): Asset {
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405 };
  const rawPath = pathBelow(request.origin, request.url);
  if (rawPath === null) return { status: 404 };
  const path = decodeOnce(rawPath);
  if (path === null || !isPlain(path)) return { status: 400 };
  const name = path === '' ? indexPage : path;
  const entry = Object.hasOwn(manifest, name) ? manifest[name] : undefined;
  return entry === undefined ? { status: 404 } : { status: 200, path: name, ...entry };
}

/** The path after `origin + '/'` without query and fragment, taken from the text: URL parsers differ over custom schemes. */
function pathBelow(origin: string, url: string): string | null {
  if (!url.startsWith(`${origin}/`)) return null;
  return /^[^?#]*/.exec(url.slice(origin.length + 1))?.[0] ?? '';
}

/** Decoded exactly once, so `%252e` stays a name that no build lists. */
function decodeOnce(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

function isPlain(path: string): boolean {
  return !/[\0\\]/.test(path) && !path.startsWith('/') && !path.split('/').includes('..');
}
