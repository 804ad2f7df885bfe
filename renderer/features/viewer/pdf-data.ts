/**
 * What pdf.js would fetch (character maps of CJK texts, the fourteen fonts that a PDF need not carry), as lazily imported
 * modules: the page's policy lets it import its own scripts and fetch nothing.
 */
type Load = () => Promise<string>;

const maps = import.meta.glob<string>('../../../node_modules/pdfjs-dist/cmaps/*.bcmap', {
  query: '?bytes',
  import: 'default',
});
const fonts = import.meta.glob<string>('../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}', {
  query: '?bytes',
  import: 'default',
});

const byName = (modules: Record<string, Load>): Map<string, Load> =>
  new Map(Object.entries(modules).map(([path, load]) => [path.split('/').at(-1) ?? path, load]));

const files = new Map([...byName(maps), ...byName(fonts)]);

export class PackagedData {
  /** The shape pdf.js asks for; its address options are not needed here. */
  async fetch({ filename }: { readonly kind: string; readonly filename: string }): Promise<Uint8Array> {
    const load = files.get(filename);
    if (load === undefined) throw new Error(`Not packaged: ${filename}`);
    return Uint8Array.from(atob(await load()), (character) => character.charCodeAt(0));
  }
}
