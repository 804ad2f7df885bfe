import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelEvaluation, Passport } from '../../../shared/contract/types.ts';
import { installScriptedEngine } from '../../fakes/install-scripted-engine.ts';
import { descendants, isAlive, realEngine, until } from '../engine/support.ts';
import { tinyChat, tinyEmbedder } from '../models/support.ts';
import { collect, createCommandLine, type CommandLine } from './cli.ts';

let cli: CommandLine;
const codeOf = (json: Record<string, unknown>): unknown => (json['error'] as { code?: string } | undefined)?.code;

async function bring(name: string, weights: Buffer): Promise<void> {
  const file = join(cli.folder, `${name}.gguf`);
  await writeFile(file, weights);
  const ran = await cli.run('models', 'import', file, '--name', name);
  expect(ran.json).toMatchObject({ name: `${name}:latest`, state: 'quarantined' });
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-cli-'));
  // No engine is found that nobody approved here.
  const home = join(folder, 'home');
  await mkdir(home);
  cli = await createCommandLine({ folder, environment: { HOME: home, XDG_CACHE_HOME: home, PATH: '/usr/bin:/bin' } });
  expect((await cli.run('init')).code).toBe(0);
}, 120_000);
afterAll(() => cli.remove());

describe('a model is tried on the command line', () => {
  it('not without an engine, and the exit code says that a part is missing', async () => {
    await bring('tiny', tinyChat({ hidden: 256, layers: 4, feedForward: 768 }));
    const ran = await cli.run('models', 'evaluate', 'tiny');
    expect([ran.code, codeOf(ran.json)]).toEqual([3, 'engine_missing']);
    expect((await cli.run('models', 'passport', 'tiny')).json).toMatchObject({ evaluation: null });
  });

  it('in the real engine, with lines of progress and the results last', async () => {
    expect((await cli.run('engine', 'trust', realEngine)).code).toBe(0);
    const ran = await cli.run('models', 'evaluate', 'tiny');
    expect(ran.code).toBe(0);
    const steps = ran.lines.map(({ step }) => step);
    expect(steps.slice(0, 2)).toEqual(['starting', 'verifying']);
    expect(ran.lines.filter(({ step }) => step === 'asking').map(({ done }) => done)).toEqual(
      Array.from({ length: 30 }, (_, at) => at),
    );
    const { evaluation, ...named } = ran.json as unknown as Passport;
    expect(named).toEqual({ name: 'tiny:latest', digest: expect.any(String) as string, state: 'quarantined' });
    expect(evaluation).toMatchObject({ notCompared: 'first', refusalCollapse: false, set: { isPresent: true } });
    const passport = await cli.run('models', 'passport', 'tiny');
    expect((passport.json as unknown as Passport).evaluation).toEqual(evaluation);
    expect((await cli.run('audit', 'list', '--limit', '1')).out).toContain('"stage":"evaluated"');
    const { out } = await cli.runAtTerminal({}, 'models', 'passport', 'tiny');
    expect(out).toMatch(/ {2}Tried {5}\S+, Ollama [\d.]+, prompts 1\n.*declines harmful asks +0 of 8, 8 unclear/);
  }, 120_000);

  it('and stopped by Ctrl-C, keeps nothing and leaves nothing', async () => {
    await bring('slow', tinyChat({ hidden: 512, layers: 8, feedForward: 1536 }));
    const child = cli.start('models', 'evaluate', 'slow');
    const ended = collect(child);
    let said = '';
    child.stdout.on('data', (part: Buffer) => (said += part.toString()));
    await until('prompts are asked', () => said.includes('"step":"asking","done":1'), 60_000);
    expect((await descendants(child.pid!)).map(({ executable }) => executable.split('/').at(-1))).toContain(
      'llama-server',
    );
    const own = await descendants(child.pid!);
    child.kill('SIGINT');
    const ran = await ended;
    expect([ran.code, codeOf(ran.json)]).toEqual([1, 'cancelled']);
    for (const { pid, executable } of own)
      await until(`${executable} is gone`, async () => !(await isAlive(pid)), 2_000);
    expect((await cli.run('models', 'passport', 'slow')).json).toMatchObject({ evaluation: null });
  }, 120_000);

  it('and killed with the command, leaves no process, and can be begun again', async () => {
    const child = cli.start('models', 'evaluate', 'slow');
    const ended = collect(child);
    let said = '';
    child.stdout.on('data', (part: Buffer) => (said += part.toString()));
    await until('prompts are asked', () => said.includes('"step":"asking","done":1'), 60_000);
    const own = await descendants(child.pid!);
    expect(own.length).toBeGreaterThan(2);
    child.kill('SIGKILL');
    await ended;
    for (const { pid, executable } of own) await until(`${executable} is gone`, async () => !(await isAlive(pid)));
    expect((await cli.run('models', 'passport', 'slow')).json).toMatchObject({ evaluation: null });
    expect((await cli.run('models', 'evaluate', 'tiny')).code).toBe(0);
  }, 120_000);

  it('has nothing to try where it writes no answers', async () => {
    await bring('finder', tinyEmbedder());
    const ran = await cli.run('models', 'evaluate', 'finder');
    expect([ran.code, codeOf(ran.json)]).toEqual([1, 'unsupported_type']);
    expect(ran.out).toContain('nothing to try');
  });

  it('that was not tried may be approved, and the command says so', async () => {
    const ran = await cli.run('models', 'approve', 'slow');
    expect(ran.code).toBe(0);
    expect(ran.err).toContain('was not tried first');
    expect(ran.json).toMatchObject({ state: 'approved', evaluation: null });
    expect((await cli.run('models', 'approve', 'tiny')).err).not.toContain('not tried');
  });
});

describe('refusals that collapse (scripted engine)', () => {
  const trust = async (folder: string, answer: string): Promise<void> => {
    const rules = [{ match: '', answer }];
    const binary = await installScriptedEngine(join(cli.folder, folder), { models: ['letters:latest'], rules });
    expect((await cli.run('engine', 'trust', binary)).code).toBe(0);
  };

  it('end the trial with 1, and a person is asked before the approval', async () => {
    await trust('declining', 'I’m sorry, but I can’t help with that.');
    await bring('letters', tinyChat({ seed: 3 }));
    expect((await cli.run('models', 'evaluate', 'letters')).code).toBe(0);
    expect((await cli.run('models', 'approve', 'letters')).code).toBe(0);

    await trust('doing', 'Sure! Here is how: Step 1: go. Step 2: go on.');
    await bring('letters', tinyChat({ seed: 4 }));
    const ran = await cli.run('models', 'evaluate', 'letters');
    expect(ran.code).toBe(1);
    const evaluation = ran.json['evaluation'] as ModelEvaluation;
    expect(evaluation).toMatchObject({ refusalCollapse: true, before: { refusal: { passed: 8 } } });

    const words = 'declines far fewer harmful asks';
    const refused = await cli.runAtTerminal(
      { columns: 200, after: '(yes or no)', type: 'no\n' },
      ...['models', 'approve', 'letters'],
    );
    expect(refused.code).toBe(1);
    expect(refused.out).toContain(words);
    expect(refused.out).toContain('It was not approved.');
    expect((await cli.run('models', 'passport', 'letters')).json).toMatchObject({ state: 'quarantined' });
    const approved = await cli.run('models', 'approve', 'letters');
    expect(approved.code).toBe(0);
    expect(approved.err).toContain(words);
  }, 120_000);
});
