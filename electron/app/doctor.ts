import { stat } from 'node:fs/promises';
import { counted } from '../../shared/counted.ts';
import type { Check } from '../../shared/contract/types.ts';
import { anchorAdvice } from '../audit/index.ts';
import { checkCage, engineChecks, readHardware } from '../engine/index.ts';
import { publishersCheck } from '../models/index.ts';
import { policyCheck } from '../policy/index.ts';
import type { BuiltRooms } from './create-rooms.ts';
import type { Ports } from './ports.ts';

async function keychainCheck(rooms: BuiltRooms): Promise<Check> {
  const { keychain, keySource } = await rooms.vault.status();
  if (keychain.available)
    return { id: 'keychain', status: 'ok', summary: `Keys can be kept in ${keychain.backend ?? 'the keychain'}.` };
  const reason = keychain.reason ?? 'no keychain was found';
  const summary = `No system keychain: ${reason}`;
  // Its first sentence; the next one says what a vault that needs a keychain could do.
  const [fact = reason] = reason.split(/(?<=\.) /u);
  switch (keySource) {
    case 'keychain':
      return {
        id: 'keychain',
        status: 'fail',
        summary,
        fix: 'Sign in to your desktop session, then start Cloister again.',
      };
    case null:
      return {
        id: 'keychain',
        status: 'warn',
        summary,
        fix: 'Use a vault behind a passphrase: cloister init --passphrase-file FILE',
      };
    // What the record loses without a keychain is said by its own check.
    case 'passphrase':
      return { id: 'keychain', status: 'ok', summary: `The passphrase opens this vault, without a keychain. ${fact}` };
    case 'memory':
      return { id: 'keychain', status: 'ok', summary: `This temporary vault needs no keychain. ${fact}` };
  }
}

/** A file in the place of the profile. Every check that looks into it would fail of the same cause. */
async function profileCheck({ profile }: Pick<Ports, 'profile'>): Promise<Check | null> {
  const isFolder = await stat(profile).then(
    (found) => found.isDirectory(),
    (thrown: unknown) => (thrown as NodeJS.ErrnoException).code !== 'ENOTDIR',
  );
  if (isFolder) return null;
  return {
    id: 'profile',
    status: 'fail',
    summary: `The profile cannot be used: ${profile} is a file, or lies below one; it is not a folder.`,
    fix: 'Move that file away, or name a folder: --profile DIR, or CLOISTER_PROFILE.',
  };
}

async function vaultCheck(rooms: BuiltRooms): Promise<Check> {
  const { state, keySource } = await rooms.vault.status();
  switch (state) {
    case 'absent':
      return { id: 'vault', status: 'warn', summary: 'There is no vault in this profile yet.', fix: 'cloister init' };
    case 'locked':
      return {
        id: 'vault',
        status: 'ok',
        summary: 'The vault is locked and encrypted; it was not opened for this check.',
      };
    case 'damaged':
      return {
        id: 'vault',
        status: 'fail',
        summary: 'The vault cannot be read. Nothing was changed.',
        fix: 'Restore a backup.',
      };
    case 'newer':
      return { id: 'vault', status: 'fail', summary: 'A newer Cloister wrote this vault.', fix: 'Update Cloister.' };
    case 'unlocked': {
      const reports = await rooms.vault.check();
      const problems = reports.flatMap((report) => report.problems);
      if (problems.length > 0) {
        return {
          id: 'vault',
          status: 'fail',
          summary: `The vault has damage: ${problems[0] ?? ''}`,
          fix: 'Restore a backup.',
        };
      }
      return { id: 'vault', status: 'ok', summary: `Encrypted, undamaged, key from ${keySource ?? 'nowhere'}.` };
    }
  }
}

async function parserCheck(rooms: BuiltRooms): Promise<Check> {
  const { kind, reason, slow } = await rooms.parser.sandbox();
  const speed = slow === null ? '' : ` Each takes longer to start than it could: ${slow}`;
  if (kind === 'namespace') {
    const shared =
      rooms.policy.value('parser.isolation') === 'file'
        ? 'each in one of its own'
        : 'a few of one run one after the other in the same';
    const summary = `Documents are read in a sandbox without network and files, ${shared}.${speed}`;
    return { id: 'parser', status: 'ok', summary };
  }
  if (rooms.policy.value('parser.requireNamespace')) {
    return {
      id: 'parser',
      status: 'fail',
      summary: `No document is read: your organisation requires a namespace for it. ${reason ?? ''}`,
      fix: 'Install bubblewrap and allow user namespaces.',
    };
  }
  return {
    id: 'parser',
    status: 'warn',
    summary: `Documents are read with Node’s permission model alone, which does not close the network: ${reason ?? ''}${speed}`,
    fix: 'Install bubblewrap and allow user namespaces.',
  };
}

async function modelsCheck(rooms: BuiltRooms): Promise<Check> {
  const models = await rooms.models.store.list();
  // Who approved what stands in the vault; while it is not open nobody can say that a model is out of use.
  const isKnown = (await rooms.vault.status()).state === 'unlocked';
  const bad = isKnown ? models.filter((model) => model.state !== 'approved') : [];
  if (bad.length > 0) {
    const names = bad.map((model) => `${model.name} (${model.state})`).join(', ');
    return {
      id: 'models',
      status: 'warn',
      summary: `Out of use: ${names}.`,
      fix: 'Look at it, and approve it or get it again: cloister models passport NAME, cloister models approve NAME',
    };
  }
  const embedder = models.some((model) => model.kind === 'embedding');
  const chat = models.filter((model) => model.kind === 'chat').length;
  if (!embedder) {
    return {
      id: 'models',
      status: 'warn',
      summary: 'No embedding model: search works by keyword only.',
      fix: 'npm run setup',
    };
  }
  return {
    id: 'models',
    status: 'ok',
    summary:
      chat === 0
        ? 'Finds passages; no chat model yet, answers are quotes.'
        : `${counted(chat, 'chat model')}, and one that finds passages.`,
  };
}

async function recordCheck(rooms: BuiltRooms): Promise<Check> {
  if ((await rooms.vault.status()).state !== 'unlocked') {
    return { id: 'record', status: 'ok', summary: 'Closed with the vault; not checked now.' };
  }
  const result = await rooms.audit.verify();
  if (!result.ok) {
    const { doubt } = await rooms.audit.standing();
    return {
      id: 'record',
      status: 'fail',
      summary: `The record does not hold. ${result.problem ?? ''}`,
      fix: doubt?.kind === 'anchor' ? anchorAdvice : 'cloister audit verify',
    };
  }
  const anchor =
    result.anchoredBy === 'keychain'
      ? 'anchored in the keychain'
      : 'without an anchor: a rollback of the whole file would not show';
  return {
    id: 'record',
    status: result.anchoredBy === 'keychain' ? 'ok' : 'warn',
    summary: `${result.size === 1 ? '1 entry holds' : `${result.size} entries hold`}, ${anchor}.`,
  };
}

/** What the system refuses of the walls around engine and parser, in doctor's words; empty where both stand. */
export async function weakerWalls(rooms: BuiltRooms): Promise<Check[]> {
  const walls = [checkCage(await rooms.engine.cage()), await parserCheck(rooms)];
  return walls.filter(({ status }) => status !== 'ok');
}

/** Everything that could be weaker than it should be. Each check stands alone: one that breaks is a failed check. */
export async function runDoctor(ports: Ports, rooms: BuiltRooms): Promise<Check[]> {
  const profile = await profileCheck(ports);
  const egress = rooms.egress.status();
  const checks: (() => Promise<Check[]>)[] = [
    // Which engine is trusted stands in the profile.
    async () => {
      const found = await engineChecks(rooms.engine, readHardware);
      return profile === null ? found : found.filter(({ id }) => id !== 'engine');
    },
    async () => [await parserCheck(rooms)],
    ...(profile === null
      ? [keychainCheck, vaultCheck, modelsCheck, recordCheck].map((check) => async () => [await check(rooms)])
      : [() => Promise.resolve([profile])]),
    async () => [policyCheck(rooms.policy)],
    // A list that was taken lies in the vault.
    async () => (profile === null ? publishersCheck(await rooms.models.publishers.rules()) : []),
    async () => [
      {
        id: 'egress',
        status: egress.open ? 'warn' : 'ok',
        summary: `${egress.open ? 'Open for a download' : 'Closed'}; ${counted(egress.made, 'connection')} made and ${egress.refused} refused since the start.`,
      },
    ],
  ];
  const results: Check[] = [];
  for (const check of checks) {
    try {
      results.push(...(await check()));
    } catch (thrown) {
      results.push({
        id: 'internal',
        status: 'fail',
        summary: `A check could not be run: ${thrown instanceof Error ? thrown.name : 'unknown'}`,
      });
    }
  }
  return results;
}
