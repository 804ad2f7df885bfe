import type { IdleLock, KeySource, Settings, ShownSettings } from '../../shared/contract/types.ts';
import type { SettingsChange } from './application.ts';
import type { BuiltRooms } from './create-rooms.ts';

/** Who typed a passphrase expects to be asked for it again; a keychain that opens by itself would only cost a click. */
const usual = (keySource: KeySource | null): IdleLock => (keySource === 'passphrase' ? '15' : 'off');

/** `off`: null. */
export const minutesOf = (lock: IdleLock): number | null => (lock === 'off' ? null : Number(lock));

/** What holds: the person's choice or the usual one, and never longer than the organisation's limit. */
export function decideIdleLock(
  chosen: IdleLock | undefined,
  keySource: KeySource | null,
  atMost: ShownSettings['idleLockAtMost'],
): IdleLock {
  const wanted = chosen ?? usual(keySource);
  const isLonger = atMost !== null && (minutesOf(wanted) ?? Infinity) > Number(atMost);
  return isLonger ? atMost : wanted;
}

/** The person's settings as they hold, after a change if one is given. */
export async function settle(rooms: BuiltRooms, change: SettingsChange): Promise<ShownSettings> {
  const kept = await rooms.vault.database.call('settings.write', { change });
  const { keySource } = await rooms.vault.status();
  const atMost = rooms.policy.value('vault.idleLock');
  const idleLock: Settings['idleLock'] = decideIdleLock(kept.idleLock, keySource, atMost);
  const before = rooms.cacheChoice.now();
  rooms.cacheChoice.choose(kept.cacheType);
  const cacheType = rooms.cacheChoice.now();
  // An engine is told at its start; the next question starts it anew.
  if (change.cacheType !== undefined && cacheType !== before) await rooms.engine.stop();
  const cacheTypeLocked = rooms.policy.value('models.cacheType') !== null;
  return { ...kept, idleLock, idleLockAtMost: atMost, cacheType, cacheTypeLocked };
}
