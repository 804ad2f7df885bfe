import { resolve } from 'node:path';
import type { CheckNote, PullProgress } from '../../../models/index.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bar, bytesForPeople, onOneLine } from '../output.ts';
import { modelActor, openForModels } from './passports.ts';

/** Milliseconds between two lines about the same layer. */
const lineEvery = 500;

/** A line for a layer's first and last word, and of those between for some; a bar for people. */
function showing({ output }: CommandContext): (progress: PullProgress) => void {
  const told = new Map<string, number>();
  return ({ layer, done, total }) => {
    const now = performance.now();
    output.progress(`${bar(done, total)} ${bytesForPeople(done)} of ${bytesForPeople(total)}`);
    output.stillAtWork(() => `${bytesForPeople(done)} of ${bytesForPeople(total)}`);
    if (done !== total && now - (told.get(layer) ?? -lineEvery) < lineEvery) return;
    told.set(layer, now);
    output.line({ layer, done, total }, () => null);
  };
}

const stateWords = {
  approved: 'is installed and may be used.',
  quarantined: 'waits in quarantine. Look at it, and approve it:',
  blocked: 'is blocked. See why:',
} as const;

const notes = {
  no_template:
    'It brings no chat template: it is probably a base model, which goes on with a text instead of answering.',
  template_tokens:
    'Its chat template writes marks that its vocabulary does not have: it may be another model’s template.',
} as const satisfies Record<CheckNote, string>;

const nextStep = (name: string): string => `cloister models passport ${name}\n  cloister models approve ${name}`;

export async function importModel(
  context: CommandContext,
  file: string,
  { name, key }: { name?: string; key?: string },
): Promise<ExitCode> {
  const { output, signal } = context;
  const application = await openForModels(context);
  const isOpen = (await application.rooms.vault.status()).state === 'unlocked';
  if (!isOpen) await application.hold();
  const by = isOpen ? await modelActor(application) : undefined;
  try {
    const options = {
      name,
      key: key === undefined ? undefined : resolve(key),
      by,
      signal,
      onNote: (note: CheckNote) => output.note(notes[note]),
      onProgress: showing(context),
    };
    const installed = await application.rooms.models.import(resolve(file), options);
    const { digest, state } = installed;
    output.progress(null);
    output.line({ name: installed.name, digest, state }, () => {
      const shown = onOneLine(installed.name);
      return `${shown} ${stateWords[state]}${state === 'approved' ? '' : `\n  ${nextStep(shown)}`}`;
    });
    return 0;
  } finally {
    output.progress(null);
  }
}

const signs = { ed25519: 'Ed25519', 'model-signing': 'OpenSSF model signing (P-256)' } as const;

export async function bundleModel(context: CommandContext, name: string, out: string): Promise<ExitCode> {
  const { output, signal } = context;
  const application = await context.unlocked();
  try {
    const bundled = await application.rooms.models.bundle(name, resolve(out), { signal, onProgress: showing(context) });
    output.progress(null);
    output.line(bundled, () =>
      [
        `${onOneLine(bundled.name)} is in ${onOneLine(bundled.path)}. Signed by:`,
        ...bundled.keys.map(({ method, key }) => `  ${key}  ${signs[method]}`),
        'Whoever lists one of them in the policy (models.publishers) needs no second look at it.',
      ].join('\n'),
    );
    return 0;
  } finally {
    output.progress(null);
  }
}
