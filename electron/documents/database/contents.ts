import type { ParsedDocument } from '../types.ts';
import { readPages, writePages } from './pages.ts';
import { rowOf, type Statements } from './statements.ts';
import { readText, writeText } from './text.ts';

/** Raised when parsing or splitting gives other results for the same bytes: everything is then taken in anew. */
export const pipelineVersion = 2;

export interface ContentRow {
  readonly row: number;
  readonly sha256: string;
  readonly format: string;
  readonly title: string | null;
  readonly paged: number;
  readonly length: number;
  readonly warnings: string;
  readonly sandbox: string;
}

/** The same bytes are parsed once, but `.txt` and `.md` read them differently. */
export const extensionOf = (name: string): string => (/\.([^.]{1,8})$/u.exec(name)?.[1] ?? '').toLowerCase();

export function findContent(sql: Statements, sha256: string, name: string): ContentRow | null {
  const select = sql('SELECT * FROM contents WHERE sha256 = ? AND extension = ? AND pipeline = ?');
  return rowOf<ContentRow>(select.get(sha256, extensionOf(name), pipelineVersion));
}

export function writeContent(
  sql: Statements,
  file: { sha256: string; name: string; sandbox: string },
  parsed: ParsedDocument,
): number {
  const insert = sql(
    `INSERT INTO contents (sha256, extension, format, title, paged, length, warnings, sandbox, pipeline)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const { lastInsertRowid } = insert.run(
    file.sha256,
    extensionOf(file.name),
    parsed.format,
    parsed.title ?? null,
    parsed.paged ? 1 : 0,
    parsed.text.length,
    JSON.stringify(parsed.warnings),
    file.sandbox,
    pipelineVersion,
  );
  writeText(sql, lastInsertRowid, parsed.text);
  writePages(sql, lastInsertRowid, parsed);
  return Number(lastInsertRowid);
}

export function readContent(sql: Statements, content: ContentRow): ParsedDocument {
  const pages = readPages(sql, content.row);
  return {
    format: content.format,
    ...(content.title === null ? {} : { title: content.title }),
    paged: content.paged === 1,
    text: readText(sql, content.row, 0, content.length),
    pages: pages.map(({ page }) => page),
    blocks: pages.flatMap(({ blocks }) => blocks),
    warnings: JSON.parse(content.warnings) as string[],
  };
}

/** Deletes a text that no document refers to any more. */
export function releaseContent(sql: Statements, content: number | null): void {
  if (content === null) return;
  sql('DELETE FROM contents WHERE row = ? AND NOT EXISTS (SELECT 1 FROM documents WHERE content = ?)').run(
    content,
    content,
  );
}
