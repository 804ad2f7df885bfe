import { storedZip } from '../../electron/documents/parse/sandboxed/zip-archive.ts';

export const xmlHeader = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
}

const relationshipTypes = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageTypes = 'http://schemas.openxmlformats.org/package/2006';

/** `[id, type, target]` each; types are given by their last part. */
export function relationships(list: readonly (readonly [string, string, string])[]): string {
  const items = list.map(([id, type, target]) => {
    const full =
      type === 'core-properties'
        ? `${packageTypes}/relationships/metadata/core-properties`
        : `${relationshipTypes}/${type}`;
    return `<Relationship Id="${id}" Type="${full}" Target="${target}"/>`;
  });
  return `${xmlHeader}<Relationships xmlns="${packageTypes}/relationships">${items.join('')}</Relationships>`;
}

export function contentTypes(parts: Readonly<Record<string, string>>): string {
  const overrides = Object.entries(parts).map(
    ([name, type]) => `<Override PartName="/${name}" ContentType="${type}"/>`,
  );
  const defaults =
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>';
  return `${xmlHeader}<Types xmlns="${packageTypes}/content-types">${defaults}${overrides.join('')}</Types>`;
}

export function coreProperties(title: string): string {
  const spaces = `xmlns:cp="${packageTypes}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"`;
  return `${xmlHeader}<cp:coreProperties ${spaces}><dc:title>${escapeXml(title)}</dc:title><dc:creator>Halden &amp; Voss</dc:creator></cp:coreProperties>`;
}

/** An office package of parts, without compression: the same bytes each time. */
export function officePackage(parts: Readonly<Record<string, string>>): Uint8Array {
  return storedZip(new Map(Object.entries(parts).map(([name, text]) => [name, Buffer.from(text)])));
}
