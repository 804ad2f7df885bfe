import type { PhrasingContent, Root, Nodes, Parents } from 'mdast';

const marker = /\[(\d{1,3})\]/g;

/** `month [1].` → text, chip, text. Numbers are chips only up to `most`: a year in brackets stays a year. */
export function cutMarkers(text: string, most: number): (string | number)[] {
  const parts: (string | number)[] = [];
  let from = 0;
  for (const match of text.matchAll(marker)) {
    const value = Number(match[1]);
    if (value < 1 || value > most) continue;
    const before = text.slice(from, match.index).replace(/ $/, '');
    if (before !== '') parts.push(before);
    parts.push(value);
    from = match.index + match[0].length;
  }
  const rest = text.slice(from);
  if (rest !== '') parts.push(rest);
  return parts;
}

/** A chip travels through the tree as an element no markdown can make: raw HTML is never read. */
const chip = (value: number): PhrasingContent => ({
  type: 'text',
  value: String(value),
  data: {
    hName: 'cite',
    hProperties: { dataCitation: String(value) },
    hChildren: [{ type: 'text', value: String(value) }],
  },
});

const hasChildren = (node: Nodes): node is Parents => 'children' in node;

function walk(parent: Parents, most: number): void {
  const children = parent.children as Nodes[];
  const replaced = children.flatMap((child): Nodes[] => {
    if (child.type === 'text') {
      return cutMarkers(child.value, most).map((part) =>
        typeof part === 'number' ? chip(part) : { type: 'text', value: part },
      );
    }
    if (hasChildren(child)) walk(child, most);
    return [child];
  });
  parent.children = replaced as typeof parent.children;
}

/** A remark plugin: numbers in brackets become chips. */
export const citationChips =
  ({ most }: { readonly most: number }) =>
  (tree: Root) =>
    walk(tree, most);
