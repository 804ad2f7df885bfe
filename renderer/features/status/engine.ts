import { readStatus } from '../../app/session.ts';
import { attempt } from '../../bridge/index.ts';
import { tellFailure } from '../../ui/index.ts';

async function then(
  result: { readonly ok: true } | { readonly ok: false; readonly error: Parameters<typeof tellFailure>[0] },
): Promise<void> {
  if (!result.ok) tellFailure(result.error);
  await readStatus();
}

export const startEngine = async (): Promise<void> => then(await attempt('engine.start', {}));

export async function restartEngine(): Promise<void> {
  await then(await attempt('engine.stop', {}));
  await startEngine();
}

/** Approves the engine whose hash was shown; a program swapped in between is refused. */
export async function trustEngine(sha256: string): Promise<void> {
  const result = await attempt('engine.trust', { sha256 });
  await then(result);
  if (result.ok && (result.value.state === 'stopped' || result.value.state === 'failed')) await startEngine();
}
