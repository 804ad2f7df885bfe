import type { PDFDocumentProxy } from 'pdfjs-dist';

/** A field somebody filled in: its text is not part of the page's own text. */
export interface FormField {
  readonly page: number;
  readonly name: string;
  readonly value: string;
}

interface FieldObject {
  readonly value?: unknown;
  readonly page?: unknown;
  readonly type?: unknown;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string').join(', ');
  return typeof value === 'string' ? value.trim() : '';
}

function isFilled(value: string): boolean {
  return value !== '' && value !== 'Off';
}

function lastName(path: string): string {
  return path.split('.').at(-1) ?? path;
}

export async function readForm(document: PDFDocumentProxy): Promise<FormField[]> {
  const found = (await document.getFieldObjects().catch(() => null)) as
    Record<string, FieldObject[]> | Map<string, FieldObject[]> | null;
  if (found === null) return [];
  const entries = found instanceof Map ? [...found] : Object.entries(found);
  return entries.flatMap(([path, objects]) =>
    objects
      .map(({ value, page, type }) => ({
        page: typeof page === 'number' && page >= 0 ? page + 1 : 1,
        name: lastName(path),
        value: type === 'button' ? '' : textOf(value),
      }))
      .filter((field) => isFilled(field.value)),
  );
}
