import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerOf,
  asking,
  descendants,
  findProcess,
  isAlive,
  keeper,
  prepare,
  realEngine,
  until,
  weaker,
  type Bench,
  type Running,
} from './support.ts';

/** An answer that is being read; resolves to how it ended and how long after `from`. */
async function talk(bench: Bench): Promise<{ ended: Promise<unknown> }> {
  const client = await bench.engine.client();
  const started = Promise.withResolvers<undefined>();
  const ended = (async () => {
    for await (const chunk of client.chat(asking(4000), new AbortController().signal)) {
      if (chunk.text !== '') started.resolve(undefined);
    }
    return 'finished';
  })().catch((error: unknown) => error);
  await started.promise;
  return { ended };
}

const engineParts = (running: readonly Running[]): Running[] =>
  running.filter((each) => /\/(ollama|llama-server|bwrap)$/.test(each.executable) || each.executable.endsWith('/node'));

describe.each([
  ['sealed in namespaces', {}, 'namespace'],
  ['on a port', weaker, 'port'],
] as const)('an engine %s', (_title, insides, cage) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await prepare({ ...insides, probeEvery: 300 });
  });
  afterAll(() => bench.end());

  it('that is killed ends the answer at once, leaves nothing, comes back by itself and answers again', async () => {
    await bench.engine.start();
    const { ended } = await talk(bench);
    const runner = await findProcess('llama-server');
    const killed = performance.now();
    process.kill(await findProcess('ollama'), 'SIGKILL');
    expect(await ended).toMatchObject({ code: 'engine_failed' });
    // Promptly: in well under a second here; the limit leaves room for a busy computer.
    expect(performance.now() - killed).toBeLessThan(5_000);
    await until('the runner is gone', async () => !(await isAlive(runner)));
    expect((await answerOf(await bench.engine.client(), asking(5))).at(-1)?.done).toBe(true);
    expect(bench.engine.status()).toMatchObject({ state: 'ready', restarts: 1 });
  });

  it('whose runner is killed ends the answer at once and answers again, without starting anew', async () => {
    await bench.engine.start();
    const engine = await findProcess('ollama');
    const { ended } = await talk(bench);
    const killed = performance.now();
    process.kill(await findProcess('llama-server'), 'SIGKILL');
    expect(await ended).toMatchObject({ code: 'engine_failed' });
    // Promptly: in well under a second here; the limit leaves room for a busy computer.
    expect(performance.now() - killed).toBeLessThan(5_000);
    expect((await answerOf(await bench.engine.client(), asking(5))).at(-1)?.done).toBe(true);
    expect(await findProcess('ollama')).toBe(engine);
  });

  it('also ends what is being embedded, and embeds again', async () => {
    const client = await bench.engine.client();
    const embedding = client.embed(
      'tiny-embed',
      Array.from({ length: 2000 }, (_, index) => `text ${index} `.repeat(20)),
    );
    embedding.catch(() => undefined);
    await until('the runner runs', () =>
      findProcess('llama-server').then(
        () => true,
        () => false,
      ),
    );
    process.kill(await findProcess('ollama'), 'SIGKILL');
    await expect(embedding).rejects.toMatchObject({ code: 'engine_failed' });
    expect(await (await bench.engine.client()).embed('tiny-embed', ['again'])).toHaveLength(1);
  });

  it('whose keeper is killed takes everything with it and comes back', async () => {
    await bench.engine.start();
    await answerOf(await bench.engine.client(), asking(1));
    const before = engineParts(await descendants(process.pid));
    const outermost = before.find((each) => each.parent === process.pid);
    process.kill(outermost!.pid, 'SIGKILL');
    for (const { pid, executable } of before) await until(`${executable} is gone`, async () => !(await isAlive(pid)));
    expect((await answerOf(await bench.engine.client(), asking(5))).at(-1)?.done).toBe(true);
  });

  it('that hangs is called degraded, and is replaced when it stays so', async () => {
    await bench.engine.stop();
    await bench.engine.start();
    const engine = await findProcess('ollama');
    process.kill(engine, 'SIGSTOP');
    await until('it is degraded', () => bench.engine.status().state === 'degraded');
    expect(bench.engine.status().reason).toContain('does not answer');
    await until(
      'it was replaced',
      () => bench.engine.status().restarts === 1 && bench.engine.status().state === 'ready',
      20_000,
    );
    expect(await findProcess('ollama')).not.toBe(engine);
  });

  it('that only pauses recovers without being replaced', async () => {
    await bench.engine.stop();
    await bench.engine.start();
    const engine = await findProcess('ollama');
    process.kill(engine, 'SIGSTOP');
    await until('it is degraded', () => bench.engine.status().state === 'degraded');
    process.kill(engine, 'SIGCONT');
    await until('it is ready', () => bench.engine.status().state === 'ready');
    expect(bench.engine.status()).toMatchObject({ restarts: 0, reason: null });
    await bench.engine.stop();
  });

  it('dies with the program that is killed, and does not stand in the way of the next start', async () => {
    await bench.engine.stop();
    const victim = spawn(
      process.execPath,
      ['--no-warnings', join(import.meta.dirname, 'victim.ts'), bench.folder, cage],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(victim.stdout, 'data');
    const below = await descendants(victim.pid!);
    expect(below.map((each) => each.executable).join(' ')).toMatch(/ollama.*llama-server/);
    victim.kill('SIGKILL');
    for (const { pid, executable } of below)
      await until(`${executable} is gone`, async () => !(await isAlive(pid)), 5_000);
    await bench.engine.start();
    await bench.engine.stop();
  });

  it('leaves nothing even when the program and the keeper are killed together', async () => {
    const victim = spawn(
      process.execPath,
      ['--no-warnings', join(import.meta.dirname, 'victim.ts'), bench.folder, cage],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(victim.stdout, 'data');
    const below = await descendants(victim.pid!);
    const outermost = below.find((each) => each.parent === victim.pid)!;
    victim.kill('SIGKILL');
    process.kill(outermost.pid, 'SIGKILL');
    // On a port the runner may outlive both; the next start ends it.
    await bench.engine.start();
    for (const { pid, executable } of below)
      await until(`${executable} is gone`, async () => !(await isAlive(pid)), 3_000);
    expect((await answerOf(await bench.engine.client(), asking(2))).at(-1)?.done).toBe(true);
    await bench.engine.stop();
  });
});

describe('an engine that cannot run', () => {
  it('is given up after some tries, with what it said last', async () => {
    const bench = await prepare({}, null);
    const prefix = join(bench.folder, 'broken');
    const { installScriptedEngine } = await import('../../fakes/install-scripted-engine.ts');
    const binary = await installScriptedEngine(prefix, { failsToServe: 'panic: out of luck in /home/ada/secret/x.go' });
    await bench.engine.trustFile(binary);
    await expect(bench.engine.start()).rejects.toMatchObject({ code: 'engine_failed' });
    expect(bench.engine.status()).toMatchObject({ state: 'failed', restarts: 4 });
    expect(bench.engine.status().reason).toContain('out of luck');
    expect(bench.engine.status().reason).not.toContain('ada');
    expect(
      await descendants(process.pid).then((below) => below.filter((each) => each.executable.endsWith('/bwrap'))),
    ).toEqual([]);
    await bench.end();
  });
});

describe('trust at the start', () => {
  it('runs what set-up obtained without asking, and remembers it', async () => {
    const bench = await prepare({}, null);
    const found = await bench.engine.inspect();
    // Where another Ollama is installed, that one comes first and is asked about.
    expect(found.trust).toBe(found.path === realEngine ? 'trusted' : 'unknown');
    if (found.path !== realEngine) await bench.engine.trustFile(realEngine);
    await bench.engine.start();
    expect(bench.engine.status()).toMatchObject({ path: realEngine, trust: 'trusted', state: 'ready' });
    const memory = JSON.parse(await readFile(join(bench.profile, 'engine-trust.json'), 'utf8')) as {
      engines: object[];
    };
    expect(memory.engines[0]).toMatchObject({ path: realEngine, by: found.path === realEngine ? 'setup' : 'user' });
    await bench.end();
  });

  it('refuses what was never approved, and what changed since, until it is approved again', async () => {
    const bench = await prepare({}, null);
    const { installScriptedEngine } = await import('../../fakes/install-scripted-engine.ts');
    const binary = await installScriptedEngine(join(bench.folder, 'e'));
    await bench.engine.trustFile(binary);
    await bench.engine.start();
    await bench.engine.stop();
    await writeFile(join(bench.folder, 'e', 'lib', 'ollama', 'script.json'), '{"version":"0.32.16"}');
    await expect(bench.engine.start()).rejects.toMatchObject({ code: 'engine_changed' });
    const shown = await bench.engine.inspect();
    expect(shown).toMatchObject({ trust: 'changed', version: '0.32.16' });
    await expect(bench.engine.trust('0'.repeat(64))).rejects.toMatchObject({ code: 'engine_changed' });
    // Exchanged between being shown and being approved.
    await writeFile(join(bench.folder, 'e', 'lib', 'ollama', 'script.json'), '{"version":"0.32.17"}');
    await expect(bench.engine.trust(shown.sha256!)).rejects.toMatchObject({ code: 'engine_changed' });
    const again = await bench.engine.inspect();
    await bench.engine.trust(again.sha256!);
    await bench.engine.start();
    expect(bench.engine.status()).toMatchObject({ state: 'ready', trust: 'trusted', version: '0.32.17' });
    expect((await readdir(bench.folder)).sort()).toEqual(['e', 'engine-trust.json', 'models']);
    await bench.end();
  });

  it('refuses one that is too old, by name of its holes', async () => {
    const bench = await prepare({}, null);
    const { installScriptedEngine } = await import('../../fakes/install-scripted-engine.ts');
    const binary = await installScriptedEngine(join(bench.folder, 'old'), { version: '0.16.0' });
    await expect(bench.engine.trustFile(binary)).rejects.toMatchObject({
      code: 'engine_too_old',
      detail: { version: '0.16.0' },
    });
    const { createEngine } = await import('../../../electron/engine/index.ts');
    const runtime = { node: process.execPath, keeper };
    const deps = { profile: bench.profile, models: bench.models, runtime, policy: { engine: { path: binary } } };
    const engine = createEngine(deps);
    const shown = await engine.inspect();
    expect(shown).toMatchObject({ trust: 'missing', version: null });
    expect(shown.reason).toContain('CVE-2026-7482');
    await expect(engine.start()).rejects.toMatchObject({ code: 'engine_too_old' });
    await expect(bench.engine.trustFile(join(bench.folder, 'absent'))).rejects.toMatchObject({
      code: 'engine_missing',
    });
    await bench.end();
  });
});
