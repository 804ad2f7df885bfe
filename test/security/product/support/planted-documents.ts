/** Documents of several kinds, each holding a word that stands nowhere else in the world. */
import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { utils, write } from '@e965/xlsx';
import { docx, paragraph, pdf } from '../../../fixtures/documents/build.ts';

/** Twelve letters that no dictionary and no other run has. Every planted word begins with it. */
export function newMarker(): string {
  const letters = (from: string, count: number): string =>
    Array.from({ length: count }, () => from[randomInt(from.length)]).join('');
  return `Q${letters('aeiou', 1)}${letters('bdfgkmpvxz', 2)}${letters('aeiou', 1)}${letters('bcdfghjklmnpqrstvwxz', 7)}`;
}

const sentences = (word: string, count: number): string[] =>
  Array.from(
    { length: count },
    (_, index) =>
      `Paragraph ${index + 1}: the ${word} ledger of warehouse ${index * 7} was signed in Rotterdam at noon.`,
  );

const workbook = (word: string): Uint8Array => {
  const book = utils.book_new();
  const rows = sentences(word, 20).map((sentence, index) => [index, sentence]);
  utils.book_append_sheet(book, utils.aoa_to_sheet([['Number', 'Remark'], ...rows]), word.slice(0, 30));
  return write(book, { type: 'buffer', bookType: 'xlsx', compression: true }) as Uint8Array;
};

const letter = (word: string): string =>
  [
    `From: Ada <ada@${word.toLowerCase()}.example>`,
    'To: Grace <grace@post.example>',
    `Subject: About ${word}`,
    'Date: Thu, 19 Mar 2026 14:05:00 +0100',
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...sentences(word, 10),
  ].join('\r\n');

/** Where a word was planted: it is the marker with this behind it. */
export const places = ['text', 'name', 'mail', 'sheet', 'word', 'print'] as const;

/** Writes one document a kind, each with a word of its own. */
export async function plantDocuments(folder: string, marker: string): Promise<void> {
  const word = (place: (typeof places)[number]): string => `${marker}${place}`;
  const put = (name: string, content: string | Uint8Array): Promise<void> => writeFile(join(folder, name), content);
  await put('notes.txt', sentences(word('text'), 60).join('\n\n'));
  await put(`${word('name')}.md`, sentences('usual', 10).join('\n\n'));
  await put('letter.eml', letter(word('mail')));
  await put('table.xlsx', workbook(word('sheet')));
  await put('contract.docx', docx(sentences(word('word'), 30).map((sentence) => paragraph(sentence)).join(''))); // prettier-ignore
  await put('report.pdf', await pdf(Array.from({ length: 5 }, () => (pen) => sentences(word('print'), 8).forEach((line, at) => pen.text(line, 40, 60 + at * 30))))); // prettier-ignore
}
