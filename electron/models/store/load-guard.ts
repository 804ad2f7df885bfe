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

/** A file by its place below a folder. */
export interface PlacedFile {
  readonly root: string;
  readonly segments: readonly string[];
}

const folderIdentity = ({ dev, ino, ctimeNs }: BigIntStats): string => [dev, ino, ctimeNs].join(':');

function foldersTo(segments: readonly string[]): string[][] {
  return segments.slice(0, -1).map((_, index) => segments.slice(0, index + 1));
}

/**
 * Looks at files of a model and at each folder on the way to one. The engine opens them by their paths, a moment after they
 * were checked and while nobody can hold them fast: whoever renames, exchanges or writes one leaves a mark in a time that no
 * program can set back (ctime), on the file or on a folder. Takes some 50 µs. Throws when something is gone or is no file.
 */
export function sightOfFiles(files: readonly PlacedFile[]): Sight {
  const folders = new Set(
    files.flatMap(({ root, segments }) => [[], ...foldersTo(segments)].map((to) => under(root, to))),
  );
  return {
    files: files.map(({ root, segments }) => identityOf(lookAtRegular(root, segments))).join('\n'),
    folders: [...folders].map((path) => folderIdentity(lstatSync(path, { bigint: true }))).join('\n'),
  };
}

/** The same of a model that lies in one folder. */
export const sightOf = (root: string, { name, manifest }: StoredModel): Sight =>
  sightOfFiles([
    { root, segments: manifestSegments(name) },
    ...everyLayer(manifest).map(({ digest }) => ({ root, segments: blobSegments(digest) })),
  ]);
