import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPageServer, securityHeaders } from '../../../electron/host/shared/index.ts';
import { writeSmallPage } from '../../host/small-page.ts';

let folder = '';
let built = { page: '', pageManifest: '' };
const get = async (url: string, method = 'GET') => (await createPageServer(built, 'cloister://app'))({ url, method });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-page-'));
  built = await writeSmallPage(folder, { 'index.html': '<!doctype html>', 'app.js': '1' });
});
afterEach(() => rm(folder, { recursive: true }));

it('serves what was built, with its type and every security header', async () => {
  const response = await get('cloister://app/');
  expect(response.body.toString()).toBe('<!doctype html>');
  expect(response).toMatchObject({
    status: 200,
    headers: { ...securityHeaders(), 'content-type': 'text/html; charset=utf-8' },
  });
});

it('sends no body for HEAD', async () => {
  expect((await get('cloister://app/app.js', 'HEAD')).body).toHaveLength(0);
});

it('refuses a file that was changed after the build, and one that is gone', async () => {
  await writeFile(join(built.page, 'app.js'), '2');
  expect(await get('cloister://app/app.js')).toMatchObject({ status: 500, body: Buffer.alloc(0) });
  await rm(join(built.page, 'index.html'));
  expect(await get('cloister://app/')).toMatchObject({ status: 500, body: Buffer.alloc(0) });
});

it('refuses a file that the build did not list, though it lies in the folder', async () => {
  await writeFile(join(built.page, 'planted.html'), 'x');
  expect(await get('cloister://app/planted.html')).toMatchObject({ status: 404, headers: securityHeaders() });
});
