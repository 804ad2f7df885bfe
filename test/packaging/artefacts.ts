import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Read as electron-builder reads it, with its own YAML parser. */
export function readYaml(text: string): unknown {
  const { load } = createRequire(join(root, 'node_modules/app-builder-lib/package.json'))('js-yaml') as {
    load: (yaml: string) => unknown;
  };
  return load(text);
}

interface Entry {
  readonly files?: Readonly<Record<string, Entry>>;
}

/** The paths in an asar archive: its header is JSON, of the length that stands at byte 12, from byte 16 on. */
export function asarPaths(archive: string): string[] {
  const bytes = readFileSync(archive);
  const header = JSON.parse(bytes.subarray(16, 16 + bytes.readUInt32LE(12)).toString('utf8')) as Entry;
  const below = (entry: Entry, path: string): string[] =>
    entry.files === undefined
      ? [path]
      : Object.entries(entry.files).flatMap(([name, child]) => below(child, path === '' ? name : `${path}/${name}`));
  return below(header, '');
}

/** Where the fuses lie in Electron's binary (`@electron/fuses`, `SENTINEL`): then version, count and one character each. */
export const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

const fuseNames = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
  'wasmTrapHandlers',
];

/** The fuses as they are in the binary, whatever the configuration says. */
export function readFuses(binary: string): Record<string, boolean> {
  const bytes = readFileSync(binary);
  const at = bytes.indexOf(fuseSentinel) + fuseSentinel.length;
  const states = bytes.subarray(at + 2, at + 2 + (bytes[at + 1] ?? 0)).toString('latin1');
  return Object.fromEntries(
    Array.from(states).map((state, index) => [fuseNames[index] ?? `fuse ${index}`, state === '1']),
  );
}
