import type { Settings, VaultStatus } from '../../../shared/contract/types.ts';
import { before } from './base.ts';
import { checks, engineOf } from './engine.ts';
import { auditEntries, root } from './record.ts';
import { rightPassphrase } from './scenario.ts';
import { Refusal, wait, type Handlers, type World } from './world.ts';

type Methods = Extract<
  keyof Handlers,
  | `vault.${string}`
  | `app.${string}`
  | `engine.${string}`
  | `egress.${string}`
  | `settings.${string}`
  | `audit.${string}`
>;

const size = 1204;

/** Vault, engine, record and settings. */
export function governing(world: World): Pick<Handlers, Methods> {
  const { status } = world;
  const tellStatus = () => setTimeout(() => world.tell('app.changed', { status: status() }), 0);
  const setVault = (state: VaultStatus['state'], keySource = world.vault.keySource): VaultStatus => {
    world.vault = { ...world.vault, state, keySource };
    tellStatus();
    return world.vault;
  };
  const setEngine = (scene: 'sealed' | 'stopped') => {
    world.engine = engineOf(scene, false);
    tellStatus();
    return world.engine;
  };
  return {
    'vault.status': () => world.vault,
    'vault.create': async ({ keySource }) => {
      await wait(60);
      return setVault('unlocked', keySource);
    },
    'vault.unlock': async ({ passphrase }) => {
      await wait(60);
      if (world.vault.keySource === 'passphrase' && passphrase === undefined) throw new Refusal('passphrase_needed');
      if (world.vault.keySource === 'passphrase' && passphrase !== rightPassphrase)
        throw new Refusal('wrong_passphrase');
      return setVault('unlocked');
    },
    'vault.lock': () => setVault('locked'),
    'app.status': status,
    'app.doctor': async () => {
      await wait(30);
      return { checks };
    },
    'app.active': () => ({}),
    'engine.start': () => setEngine('sealed'),
    'engine.stop': () => setEngine('stopped'),
    'engine.trust': () => setEngine('stopped'),
    'egress.attempts': () => ({
      attempts: [
        { at: before(86_400_000), host: 'ollama.com', purpose: 'engine', allowed: false, bytes: 0 },
        { at: before(3_600_000), host: 'registry.ollama.ai', purpose: 'model', allowed: false, bytes: 0 },
      ],
    }),
    'settings.get': () => world.settings,
    'settings.set': (change) => (world.settings = { ...world.settings, ...(change as Partial<Settings>) }),
    'audit.list': ({ before: index, limit }) => ({
      entries: auditEntries(size)
        .filter((one) => index === undefined || one.index < index)
        .slice(0, limit ?? 100),
      size,
    }),
    'audit.verify': async () => {
      await wait(120);
      return verification(world.scenario.verified !== false);
    },
  };
}

const verification = (ok: boolean) => ({
  ok,
  size,
  root,
  ...(ok ? {} : { firstBad: 811, problem: 'Entry 811 does not match the hash it was recorded with.' }),
  anchoredBy: 'keychain' as const,
});
