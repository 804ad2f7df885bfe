/**
 * Writes the sample documents of an invented company into `resources/samples`. They are committed; run this after a
 * change of their text: `node scripts/make-samples.ts`. The same source gives the same bytes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { plainFiles } from './samples/plain-files.ts';
import { questions } from './samples/questions.ts';
import { writeLease } from './samples/write-docx.ts';
import { writeHandbook } from './samples/write-pdf.ts';
import { writeTownHall } from './samples/write-pptx.ts';
import { writeBudget } from './samples/write-xlsx.ts';

export async function sampleFiles(): Promise<Record<string, Uint8Array>> {
  const plain = Object.entries(plainFiles).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  return {
    'Employee handbook.pdf': await writeHandbook(),
    'Lease agreement.docx': writeLease(),
    'Budget 2026.xlsx': writeBudget(),
    'Town hall.pptx': writeTownHall(),
    ...Object.fromEntries(plain),
  };
}

if (import.meta.main) {
  const resources = join(import.meta.dirname, '../resources');
  const folder = join(resources, 'samples');
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(await sampleFiles())) await writeFile(join(folder, name), bytes);
  await writeFile(join(resources, 'sample-questions.json'), `${JSON.stringify(questions, null, 2)}\n`);
}
