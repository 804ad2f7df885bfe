import type { VaultStatus } from '../../../shared/contract/types.ts';
import type { Keychain } from '../types.ts';

type Availability = VaultStatus['keychain'];

/** Milliseconds a status waits. The probe goes on: a person may be typing the keyring's password. */
const patience = 3000;
/** Milliseconds for which a refusal is believed; an available keychain stays so until a call fails. */
const refusalLasts = 5000;

const none: Availability = { available: false, backend: null, reason: 'There is no system keychain on this computer.' };
const notYet: Availability = {
  available: false,
  backend: null,
  reason: 'The system keychain has not answered yet. If it asks for a password, answer it.',
};

/** Probes once at a time and remembers; `onAnswer` is called when a late answer changes what was said. */
export function createAvailability(keychain: Keychain | null, onAnswer: () => void): () => Promise<Availability> {
  let known: { answer: Availability; until: number } | null = null;
  let probing: Promise<Availability> | null = null;

  const probe = async (of: Keychain): Promise<Availability> => {
    const found = await of.probe().catch((): { available: false; reason: string } => ({
      available: false,
      reason: 'The system keychain could not be asked.',
    }));
    const answer = found.available ? { ...found, reason: null } : { ...found, backend: null };
    known = { answer, until: found.available ? Infinity : Date.now() + refusalLasts };
    probing = null;
    return answer;
  };

  return async () => {
    if (keychain === null) return none;
    if (known !== null && Date.now() < known.until) return known.answer;
    const answer = (probing ??= probe(keychain));
    const timer = Promise.withResolvers<null>();
    const waited = setTimeout(() => timer.resolve(null), patience);
    const first = await Promise.race([answer, timer.promise]);
    clearTimeout(waited);
    if (first === null) void answer.then(onAnswer);
    return first ?? notYet;
  };
}
