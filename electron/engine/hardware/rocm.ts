import { z } from 'zod';
import type { Gpu } from './nvidia.ts';
import { jsonIn } from './try-json.ts';

export const rocmQuery = ['--showproductname', '--showmeminfo', 'vram', '--json'];

const field = z.union([z.string(), z.number()]).transform(String);
const report = z.record(z.string(), z.record(z.string(), field).catch({}));

/** The same fact under the names that versions 4 to 6 give it. */
const names = {
  total: /^vram total memory \(b\)$/i,
  used: /^vram total used memory \(b\)$/i,
  product: [/^card series$/i, /^card model$/i, /^device name$/i, /^card sku$/i],
} as const;

const find = (card: Readonly<Record<string, string>>, name: RegExp): string | null =>
  Object.entries(card)
    .find(([key]) => name.test(key))?.[1]
    .trim() ?? null;

const numberOf = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) : null);

/** A name people know, not a device number or `N/A`. */
const isProduct = (text: string | null): text is string =>
  text !== null && !/^(?:0x[0-9a-f]+|n\/a|unknown|)$/i.test(text);

/** `rocm-smi --json`. Warnings may stand before the document; none at all when it found no card. */
export function parseRocm(output: string): Gpu[] {
  const cards = report.safeParse(jsonIn(output));
  if (!cards.success) return [];
  return Object.entries(cards.data)
    .filter(([key]) => /^card\d+$/.test(key))
    .map(([, card]) => {
      const [total, used] = [numberOf(find(card, names.total)), numberOf(find(card, names.used))];
      const product = names.product.map((name) => find(card, name)).find(isProduct);
      return {
        name: product ?? 'AMD graphics',
        vendor: 'amd',
        totalBytes: total,
        freeBytes: total === null || used === null ? null : Math.max(0, total - used),
      };
    });
}

/** The kernel's cards with the names ROCm has for them, matched by the size of their memory. */
export function withRocmNames(cards: readonly Gpu[], known: readonly Gpu[]): Gpu[] {
  // A container may show the cards' tool and not the kernel's files.
  if (!cards.some(({ vendor }) => vendor === 'amd')) return [...cards, ...known];
  const left = [...known];
  return cards.map((card) => {
    if (card.vendor !== 'amd') return card;
    const at = left.findIndex((each) => card.totalBytes === null || each.totalBytes === card.totalBytes);
    const [match] = at < 0 ? [] : left.splice(at, 1);
    if (match === undefined) return card;
    return card.totalBytes === null ? match : { ...card, name: /\(0x/.test(card.name) ? match.name : card.name };
  });
}
