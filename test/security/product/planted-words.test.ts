import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder } from '../../../electron/models/embedder/cache.ts';
import { buildParser } from '../../fixtures/documents/parse.ts';
import { installModel, writeTinyChatModel } from '../../fixtures/tiny-chat-model.ts';
import { openKeyring, type Keyring } from './support/keyring.ts';
import { newMarker, places, plantDocuments } from './support/planted-documents.ts';
import { killWithList, modelsLoadedBelow, untilModelsAreLoaded } from './support/processes.ts';
import {
  lookAtTree,
  lookIn,
  spellings,
  watch,
  type Exposure,
  type Look,
  type Search,
  type WatchedExposure,
} from './support/scan.ts';
import { createTrial, filesIn, hasNamespaces, isLong, removeTrial, type Trial } from './support/trial.ts';

const killsOfEach = isLong ? 12 : 1;
const collection = 'Warehouse';

interface Job {
  readonly name: string;
  readonly args: readonly string[];
  /** Typed after the start. */
  readonly input?: string;
  /** Milliseconds it usually takes. */
  readonly span: number;
  /** Models that are loaded when it has come to its end. */
  readonly models: number;
}

interface Killed {
  readonly job: string;
  readonly at: number;
  /** It ended before its time came. */
  readonly finished: boolean;
  /** Loaded at the moment of the kill. */
  readonly models: number;
  readonly exposures: readonly WatchedExposure[];
  readonly looks: number;
  readonly programs: readonly string[];
  /** Of the profile and the folders of this trial, right after. */
  readonly left: readonly string[];
}

/** Folders of the whole computer in which programs leave temporary files, rings of keys, and what crashed. */
const everywhere = (trial: Trial): string[] => [
  trial.folder,
  ...new Set([tmpdir(), '/tmp', '/var/tmp', '/dev/shm', '/var/crash', '/var/lib/systemd/coredump']),
  ...[cacheFolder(), join(homedir(), '.local/share'), join(homedir(), '.config')],
  // A crash leaves its core where the program ran.
  ...filesIn(process.cwd()).filter((path) => statSync(path).isFile()),
];

async function prepare(trial: Trial, marker: string): Promise<void> {
  await plantDocuments(trial.originals, marker);
  const gguf = join(trial.folder, 'tiny.gguf');
  // Slow enough that an answer can be cut off.
  writeTinyChatModel(gguf, { hidden: 512, layers: 8, heads: 8, keyValueHeads: 8, feedForward: 1536 });
  await mkdir(join(trial.profile, 'models'), { recursive: true, mode: 0o700 });
  await installModel(join(trial.profile, 'models'), 'tiny', gguf);
  await rm(gguf);
}

/** When to kill: so long after the start, or after the models are loaded. Milliseconds. */
interface Moment {
  readonly after: number;
  readonly loaded: boolean;
}

/** By turns at any time of its span, and while the engine works on it. The short form has one of the second kind. */
const momentOf = (job: Job, kill: number): Moment =>
  kill % 2 === 0 && job.models > 0
    ? { after: Math.round(Math.random() * 1_500), loaded: true }
    : { after: Math.round(Math.random() * job.span), loaded: false };

/** Runs a job, watches it, and kills it. */
async function killAt(trial: Trial, job: Job, moment: Moment, search: Search): Promise<Omit<Killed, 'left'>> {
  const child = trial.start(...job.args);
  const began = performance.now();
  child.stdout.resume();
  child.stderr.resume();
  if (job.input === undefined) child.stdin.end();
  else child.stdin.write(job.input);
  const ended = once(child, 'exit');
  const watching = watch(child.pid!, trial.profile, search);
  const time = (moment.loaded ? untilModelsAreLoaded(child, job.models) : wait(0)).then(() => wait(moment.after));
  const isOver = await Promise.race([time.then(() => false), ended.then(() => true)]);
  await watching.stop();
  const finished = isOver || child.exitCode !== null;
  const models = finished ? 0 : await modelsLoadedBelow(child.pid!);
  if (!finished) await killWithList(child.pid!);
  await ended;
  const { exposures, looks, programs } = watching;
  const at = Math.round(performance.now() - began);
  return { job: job.name, at, finished, models, exposures, looks: looks(), programs: [...programs] };
}

const jobs = (trial: Trial, word: (place: string) => string): readonly Job[] => [
  { name: 'ingest', args: ['ingest', '--collection', collection, trial.originals], span: 6_000, models: 1 },
  {
    name: 'search',
    args: ['search', `${word('search')} ledger`, '--collection', collection],
    span: 2_000,
    models: 0,
  },
  {
    name: 'ask',
    args: [
      'ask',
      `Who signed the ${word('text')} ledger of warehouse 7 in Rotterdam at noon, ${word('ask')}?`,
      ...['--collection', collection],
    ],
    span: 8_000,
    models: 2,
  },
  {
    name: 'chat',
    args: ['chat'],
    input: `What do you know of ${word('chat')}?\nAnd of ${word('again')}?\n`,
    span: 8_000,
    models: 1,
  },
  {
    name: 'chat about documents',
    args: ['chat', '--collection', collection],
    input: `Who signed the ${word('print')} ledger of warehouse 7 in Rotterdam at noon, ${word('talk')}?\n`,
    span: 8_000,
    models: 2,
  },
];

/** The long form is run for its figures. */
function report(killed: readonly Killed[], whole: Look): void {
  if (!isLong) return;
  const cut = killed.filter(({ finished }) => !finished);
  const typed = killed.flatMap(({ exposures }) => exposures.filter(({ place }) => place === 'arguments'));
  const line = {
    kills: cut.length,
    whileModelsWereLoaded: cut.filter(({ models }) => models > 0).length,
    looksAtProcesses: killed.reduce((sum, { looks }) => sum + looks, 0),
    lastSeenInArgumentsAfterMs: Math.max(0, ...typed.map(({ at }) => at)),
    ...{ files: whole.files, bytes: whole.bytes, found: whole.found.length },
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

describe('planted words, with a vault behind a passphrase', () => {
  const marker = newMarker();
  const passphrase = `${newMarker()} ${newMarker()}`;
  const began = Date.now();
  const killed: Killed[] = [];
  let trial: Trial;
  let search: Search;
  let whole: Look;

  beforeAll(async () => {
    await buildParser();
    trial = await createTrial({ passphrase });
    expect((await trial.run('init')).code).toBe(0);
    await prepare(trial, marker);
    expect((await trial.run('models', 'approve', 'tiny')).code).toBe(0);
    search = {
      needles: [marker, passphrase].flatMap(spellings),
      except: [trial.originals, trial.passphraseFile],
    };
    for (const job of jobs(trial, (place) => `${marker}${place}`)) {
      // The ingest has made its way to the end once before anything is asked.
      if (job.name === 'search') expect((await trial.run('ingest', '--collection', collection, trial.originals)).code).toBe(0);
      for (let kill = 0; kill < killsOfEach; kill += 1) {
        const one = await killAt(trial, job, momentOf(job, kill), search);
        const { found } = await lookIn([trial.profile, trial.temporary, trial.runtime], search);
        killed.push({ ...one, left: found });
      }
    }
    whole = await lookIn(everywhere(trial), { ...search, since: began });
    report(killed, whole);
  }, 30 * 60_000); // prettier-ignore

  afterAll(() => removeTrial(trial));

  it('the words had reached the product: it finds each of them, and the scan finds the originals', async () => {
    for (const place of places) {
      const ran = await trial.run('search', `${marker}${place}`, '--collection', collection, '--mode', 'keyword');
      expect(JSON.stringify(ran.json['hits']), place).toContain(`${marker}${place}`);
    }
    const originals = await lookIn([trial.originals], { ...search, except: [] });
    expect(originals.found.map((path) => path.split('/').at(-1)).sort()).toEqual(
      expect.arrayContaining(['letter.eml', 'notes.txt', `${marker}name.md`].sort()),
    );
    expect((await lookIn([trial.passphraseFile], { ...search, except: [] })).found).toHaveLength(1);
  });

  it('the jobs were watched and killed at work, engine and parser among what was seen', () => {
    expect(killed.filter(({ finished }) => !finished).length).toBeGreaterThan(killed.length / 2);
    expect(Math.min(...killed.map(({ looks }) => looks))).toBeGreaterThan(0);
    const programs = new Set(killed.flatMap((one) => one.programs));
    for (const program of [...(hasNamespaces ? ['bwrap'] : []), 'ollama', 'llama-server'])
      expect(programs).toContain(program);
    // Question and passages had reached the model that writes: it runs beside the one that embeds.
    for (const job of ['ask', 'chat about documents'])
      expect(Math.max(...killed.filter((one) => one.job === job).map(({ models }) => models)), job).toBe(2);
  });

  it('stand in no file of the profile or of the temporary folders after any kill', () => {
    expect(killed.flatMap(({ job, at, left }) => left.map((path) => `${job} after ${at} ms: ${path}`))).toEqual([]);
  });

  it('stand in no file that was written anywhere since', () => {
    expect(whole.files).toBeGreaterThan(5);
    expect(whole.found).toEqual([]);
  });

  it('are in no environment, nameless file or private folder of a cage while the jobs run', () => {
    const seen = killed.flatMap(({ job, exposures }) => exposures.map((exposure) => ({ job, ...exposure })));
    expect(seen.filter(({ place }) => place !== 'arguments')).toEqual([]);
  });

  it('are in no arguments: a question typed there is taken out before the vault is opened', () => {
    const seen = killed.flatMap(({ job, exposures }) => exposures.map((exposure) => ({ job, ...exposure })));
    expect(seen.filter(({ place, isOpen }) => place === 'arguments' && isOpen)).toEqual([]);
    // What is typed into a talk was never there.
    expect(seen.filter(({ place, job }) => place === 'arguments' && job.startsWith('chat'))).toEqual([]);
  });
});

describe('planted words, typed into the window', () => {
  const marker = newMarker();
  const passphrase = `${newMarker()} ${newMarker()}`;
  const began = Date.now();
  const said: string[] = [];
  let trial: Trial;
  let watching: ReturnType<typeof watch>;
  let left: Look;

  beforeAll(async () => {
    await buildParser();
    trial = await createTrial();
    const search = { needles: [marker, passphrase].flatMap(spellings), except: [], since: began };
    const program = join(import.meta.dirname, 'support/talking-window.ts');
    const child = spawn(process.execPath, ['--no-warnings', program], {
      env: { ...process.env, TMPDIR: trial.temporary, XDG_RUNTIME_DIR: trial.runtime },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const document = { name: `${marker}dropped.txt`, text: `The ${marker}inside ledger was signed in Rotterdam.` };
    const person = { profile: trial.profile, passphrase, document, question: `Who signed the ${marker}asked ledger?` };
    child.stdin.write(`${JSON.stringify(person)}\n`);
    watching = watch(child.pid!, trial.profile, search);
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      if (line === 'asked') break;
    }
    expect(child.exitCode, said.join()).toBe(null);
    // Chromium saves a session every 2.5 s (kSaveDelay in command_storage_manager.cc).
    await wait(4_000);
    await watching.stop();
    const ended = once(child, 'exit');
    await killWithList(child.pid!);
    await ended;
    left = await lookIn(everywhere(trial), search);
  }, 5 * 60_000);

  afterAll(() => removeTrial(trial));

  it('were typed as passphrase, dropped as a document, and asked for', () => {
    expect(said).toEqual(['unlocked', 'dropped', 'asked']);
    expect([...watching.programs].some((program) => /chrom/i.test(program))).toBe(true);
  });

  it('stand in no file after the kill, the browser’s own folder among them', () => {
    expect(readdirSync(join(trial.profile, 'runtime'))).toHaveLength(1);
    expect(left.files).toBeGreaterThan(5);
    expect(left.found).toEqual([]);
  });

  it('are in no arguments, environment, nameless file or private folder while the window is open', () => {
    expect(watching.exposures).toEqual([]);
  });
});

describe('keys and tokens, with a vault in the system keychain', () => {
  const began = Date.now();
  let trial: Trial;
  let keyring: Keyring;
  const tokens: string[] = [];
  const exposures: Exposure[] = [];
  const left: string[] = [];
  let search: Search;

  /** As a file, an environment or a database could hold it: as it is, and a key also as bytes and as hex. */
  const needlesOf = (secret: string): Buffer[] => {
    const key = Buffer.from(secret, 'base64');
    return key.length === 32 ? [Buffer.from(secret), key, Buffer.from(key.toString('hex'))] : [Buffer.from(secret)];
  };
  const tokensNow = async (): Promise<string[]> => {
    const kept = (await keyring.secrets()).get('session-tokens') ?? '{}';
    const held = (JSON.parse(kept) as { tokens?: Record<string, { token: string }> }).tokens ?? {};
    return Object.values(held).map(({ token }) => token);
  };
  const searchFor = async (): Promise<Search> => {
    const key = (await keyring.secrets()).get('root-key');
    return { needles: [key ?? '', ...tokens].flatMap(needlesOf), except: [trial.originals], since: began };
  };

  beforeAll(async () => {
    keyring = await openKeyring();
    trial = await createTrial({ environment: keyring.environment });
    const marker = newMarker();
    await prepare(trial, marker);
    expect((await trial.runLocked('init', '--keychain')).json).toMatchObject({ keySource: 'keychain' });
    expect((await trial.runLocked('ingest', '--collection', collection, trial.originals)).code).toBe(0);
    expect((await trial.runLocked('models', 'approve', 'tiny')).code).toBe(0);
    for (let kill = 0; kill < (isLong ? 6 : 1); kill += 1) {
      const child = trial.startLocked(
        'ask',
        `Who signed the ${marker}text ledger of warehouse 7 in Rotterdam at noon?`,
        ...['--collection', collection],
      );
      child.stdout.resume();
      child.stderr.resume();
      const ended = once(child, 'exit');
      const deadline = Date.now() + 20_000;
      let now: string[] = [];
      // The one before, killed, left its own.
      while (now.length === 0 && Date.now() < deadline)
        now = (await tokensNow()).filter((token) => !tokens.includes(token));
      tokens.push(...now);
      search = await searchFor();
      exposures.push(...(await lookAtTree(child.pid!, search)));
      await killWithList(child.pid!);
      await ended;
      left.push(...(await lookIn([...everywhere(trial), keyring.home], search)).found);
    }
  }, 10 * 60_000);

  afterAll(async () => {
    await keyring.end();
    await removeTrial(trial);
  });

  it('the tokens of running requests were seen in the keyring, where they belong', () => {
    expect(tokens.length).toBeGreaterThanOrEqual(isLong ? 6 : 1);
    for (const token of tokens) expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{43}$/);
    expect(Math.min(...search.needles.map((needle) => needle.length))).toBeGreaterThanOrEqual(32);
  });

  it('stand in no file after a kill, the keyring’s own among them', () => {
    expect(left).toEqual([]);
  });

  it('are in no environment, arguments, nameless file or private folder while the request runs', () => {
    expect(exposures).toEqual([]);
  });

  it('of a killed run are gone from the keyring after the next one', async () => {
    expect(await tokensNow()).toEqual([tokens.at(-1)]);
    expect((await trial.runLocked('collections', 'list')).code).toBe(0);
    expect(await tokensNow()).toEqual([]);
  });
});
