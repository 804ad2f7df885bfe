import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A page of a few lines, built as `dist/page` is: files and, beside the folder, their manifest. Gives both. */
export async function writeSmallPage(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<{ page: string; pageManifest: string }> {
  const types: Readonly<Record<string, string>> = {
    html: 'text/html; charset=utf-8',
    js: 'text/javascript; charset=utf-8',
  };
  const page = join(folder, 'page');
  await mkdir(page, { recursive: true });
  const manifest: Record<string, { sha256: string; type: string }> = {};
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(page, name), text);
    const sha256 = createHash('sha256').update(text).digest('hex');
    manifest[name] = { sha256, type: types[name.split('.').at(-1) ?? ''] ?? 'text/plain' };
  }
  const pageManifest = join(folder, 'page-manifest.json');
  await writeFile(pageManifest, JSON.stringify(manifest));
  return { page, pageManifest };
}
