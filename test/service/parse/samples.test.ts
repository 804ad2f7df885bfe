import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createParser, rectanglesFor } from '../../../electron/documents/parse/index.ts';
import type { ParsedDocument, Parser } from '../../../electron/documents/types.ts';
import { sampleFiles } from '../../../scripts/make-samples.ts';
import { questions } from '../../../scripts/samples/questions.ts';
import { buildParser, entry, node, root } from '../../fixtures/documents/parse.ts';

const folder = join(root, 'resources/samples');
const answerable = questions.filter((each) => each.answerable);

describe('the sample documents', () => {
  let parser: Parser;
  const documents = new Map<string, ParsedDocument>();

  beforeAll(async () => {
    await buildParser();
    parser = createParser({ entry, node });
    for (const name of new Set(answerable.map((each) => each.document))) {
      documents.set(name, await parser.parse({ name, bytes: readFileSync(join(folder, name)) }));
    }
  });

  afterAll(() => parser.dispose());

  it('are what the script writes, byte for byte', async () => {
    for (const [name, bytes] of Object.entries(await sampleFiles())) {
      expect(Buffer.compare(readFileSync(join(folder, name)), Buffer.from(bytes)), name).toBe(0);
    }
  });

  it('are read without a warning, each with a title or a text that begins with one', () => {
    expect(documents.size).toBe(8);
    for (const [name, document] of documents) expect(document.warnings, name).toEqual([]);
  });

  it.each(answerable)('answer “$question”', ({ document: name, page, quote }) => {
    const document = documents.get(name)!;
    const at = document.text.indexOf(quote);
    expect(at, quote).toBeGreaterThanOrEqual(0);
    const home = document.pages.find((each) => each.start <= at && at < each.end);
    expect(document.paged ? home?.number : null).toBe(page);
    if (document.format !== 'pdf') return;
    const source = { text: document.text, start: 0 };
    expect(rectanglesFor(home!, document.blocks, at, at + quote.length, source)?.length).toBeGreaterThan(0);
  });

  it('leave three questions without an answer', () => {
    expect(questions.filter((each) => !each.answerable)).toHaveLength(3);
    expect(JSON.parse(readFileSync(join(folder, '../sample-questions.json'), 'utf8'))).toEqual(questions);
  });
});
