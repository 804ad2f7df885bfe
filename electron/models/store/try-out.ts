import { CloisterError } from '../../../shared/errors.ts';
import type { ShownFile } from '../../engine/types.ts';
import { displayName, parseName } from '../names.ts';
import type { TryOut } from '../types.ts';
import { checkLayers, type HashedFiles } from './check-layers.ts';
import type { Finder } from './finder.ts';
import type { Hasher } from './hasher.ts';
import { blobSegments, manifestSegments, under } from './layout.ts';
import { sightOfFiles, type PlacedFile } from './load-guard.ts';
import { everyLayer } from './manifest.ts';
import type { Quarantine } from './quarantine.ts';

interface TryOutDeps {
  readonly directory: string;
  readonly quarantine: Quarantine;
  readonly finder: Finder;
  readonly hashed: HashedFiles;
  readonly hash: Hasher;
  /** Counts our own changes of the store. */
  readonly ownWrites: () => number;
}

const differs = (name: string): CloisterError =>
  new CloisterError(
    'model_changed',
    `The files of ${name} are not what their manifest says, or were touched meanwhile, so it was not tried. Try again, or get it again.`,
  );

/**
 * One version of a model, wherever its files lie, for an engine of its own. What is looked at first must be the very same files
 * after they were hashed and after they were loaded.
 */
export function createTryOuts({ directory, quarantine, finder, hashed, hash, ownWrites }: TryOutDeps) {
  return async (given: string, which: 'live' | 'waiting'): Promise<TryOut> => {
    const name = parseName(given);
    const read = which === 'live' ? finder.readManifest : finder.readQuarantined;
    const found = await read(name);
    if (found === null) throw new CloisterError('model_missing', `The model ${given} is not installed.`);
    const { manifest } = found;
    const display = displayName(name);
    const place = which === 'live' ? () => directory : quarantine.place;
    const files: PlacedFile[] = [
      { root: which === 'live' ? directory : quarantine.directory, segments: manifestSegments(name) },
      ...everyLayer(manifest).map(({ digest }) => ({ root: place(digest), segments: blobSegments(digest) })),
    ];
    const sight = () => {
      try {
        return sightOfFiles(files);
      } catch {
        return null;
      }
    };
    const [first, writes] = [sight(), ownWrites()];
    const mustBeSame = (): void => {
      const now = sight();
      if (first === null || now?.files !== first.files) throw differs(display);
      if (now.folders === first.folders) return;
      if (ownWrites() !== writes)
        throw new CloisterError('busy', `The models changed while ${display} was being loaded. Try again.`);
      throw differs(display);
    };
    // Another manifest may have come between reading and looking.
    if ((await read(name))?.manifest.digest !== manifest.digest) throw differs(display);
    return {
      name: display,
      digest: manifest.digest,
      facts: await finder.weightsOf({ model: found, taken: which === 'waiting' }),
      folder: which === 'live' ? directory : quarantine.directory,
      bytes: everyLayer(manifest).reduce((sum, { size }) => sum + size, 0),
      files: files.map(({ root, segments }): ShownFile => ({ from: under(root, segments), to: segments.join('/') })),
      async verify({ signal, onBytes }) {
        const layers = await checkLayers((digest) => place(digest), manifest, {
          mode: 'always',
          ...{ hashed, hash, signal, onBytes },
        });
        if (!layers.every(({ ok }) => ok)) throw differs(display);
        mustBeSame();
      },
      confirm: mustBeSame,
    };
  };
}
