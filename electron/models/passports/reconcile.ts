import { parseManifest } from '../store/manifest.ts';
import type { Decisions } from './decisions.ts';
import type { Ledger, PassportsDeps } from './ledger.ts';
import { isPinned } from './pinned.ts';
import { bySystem } from './record.ts';

/** After an unlock: ends what a crash cut off, and takes what nobody approved out of the engine's sight. */
export function createReconciliation({ store, standings }: PassportsDeps, ledger: Ledger, decisions: Decisions) {
  /** A decision whose files did not follow. */
  async function finish(name: string, digest: string): Promise<void> {
    const { live, waiting } = await store.versions(name);
    if (live?.digest === digest || waiting?.digest !== digest) return;
    const bytes = await store.bytesOf(name, 'waiting');
    await standings.during(name, () => store.release(name, bytes));
  }

  /** What lies in the store without a line: put there by hand, or by a version of Cloister that knew no passports. */
  async function enterFound(name: string): Promise<void> {
    const { live, waiting } = await store.versions(name);
    for (const [which, manifest] of [
      ['live', live],
      ['waiting', waiting],
    ] as const) {
      if (manifest === null || isPinned(name, manifest)) continue;
      const { digest } = manifest;
      if (standings.versionsOf(name).some((each) => each.digest === digest)) continue;
      await ledger.enter({ name, digest, manifest, record: null }, await store.bytesOf(name, which));
      await decisions.quarantine(name, digest, 'It was found in the models folder.', bySystem);
    }
    if (live === null || standings.standing(name, live).state === 'approved') return;
    await store.withdraw(name);
    const approved = standings.approvedOf(name);
    if (approved !== undefined) await putBack(name, approved.digest);
  }

  /** The manifest that was approved is gone, or cannot be read any more. */
  async function restore(name: string, digest: string): Promise<void> {
    const { live, waiting } = await store.versions(name);
    if (live === null && waiting?.digest !== digest) await putBack(name, digest);
  }

  /** Another manifest stood in the place of the approved one: what was approved runs on when every byte of it is here. */
  async function putBack(name: string, digest: string): Promise<void> {
    const bytes = (await ledger.recordsOf(name)).find((each) => each.digest === digest)?.manifest;
    const layers = bytes === undefined ? [] : await store.checkVersion(parseManifest(bytes));
    const reason = 'Another manifest stood in its place.';
    await ledger.record('changed', { name, digest }, bySystem, reason);
    if (bytes === undefined || !layers.every((layer) => layer.ok)) {
      await decisions.quarantine(name, digest, reason, bySystem);
      if (bytes !== undefined && (await store.versions(name)).waiting === null) await store.keep(name, bytes);
      return;
    }
    await standings.during(name, () => store.release(name, bytes));
    await store.doubt(name);
  }

  return async (): Promise<void> => {
    for (const { name, digest } of standings.approved()) await finish(name, digest);
    for (const { name } of await store.list()) await enterFound(name);
    for (const { name, digest } of standings.approved()) await restore(name, digest);
  };
}
