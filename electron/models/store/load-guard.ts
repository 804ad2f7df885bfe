import type { BigIntStats } from 'node:fs';
import { lstatSync } from 'node:fs';
import { identityOf, lookAtRegular } from './files.ts';
import { blobSegments, manifestSegments, under } from './layout.ts';
import { everyLayer } from './manifest.ts';
import type { StoredModel } from './read-manifests.ts';

/** What the engine will open, as the file system knows it. */
export interface Sight {
  readonly files: string;
  /** The folders on the way: a file that is moved away with its folder and back keeps all its times. */
  readonly folders: string;
}

const folderIdentity = ({ dev, ino, ctimeNs }: BigIntStats): string => [dev, ino, ctimeNs].join(':');

function foldersTo(segments: readonly string[]): string[][] {
  return segments.slice(0, -1).map((_, index) => segments.slice(0, index + 1));
}

/**
 * Looks at every file of a model and at each folder on the way to one. The engine opens them by their paths, a moment after they
 * were checked and while nobody can hold them fast: whoever renames, exchanges or writes one leaves a mark in a time that no
 * program can set back (ctime), on the file or on a folder. Takes some 50 µs. Throws when something is gone or is no file.
 */
export function sightOf(root: string, model: StoredModel): Sight {
  const paths = [
    manifestSegments(model.name),
    ...everyLayer(model.manifest).map((layer) => blobSegments(layer.digest)),
  ];
  const folders = new Map([[], ...paths.flatMap(foldersTo)].map((path) => [path.join('/'), path]));
  return {
    files: paths.map((path) => identityOf(lookAtRegular(root, path))).join('\n'),
    folders: [...folders.values()]
      .map((path) => folderIdentity(lstatSync(under(root, path), { bigint: true })))
      .join('\n'),
  };
}
