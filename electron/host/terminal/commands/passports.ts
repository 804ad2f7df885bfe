import type { Passport } from '../../../../shared/contract/types.ts';
import { CloisterError } from '../../../../shared/errors.ts';
import type { Application } from '../../../app/index.ts';
import type { ModelActor, VerifiedModel } from '../../../models/index.ts';
import type { Asking } from '../confirm.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { bar, bytesForPeople, onOneLine, printable } from '../output.ts';
import { triedAsText } from './evaluation-text.ts';
import { mayApprove } from './may-approve.ts';

/**
 * The application with what was decided about models. Without a vault nothing is: it is looked at as it is. A vault that does not
 * open is an error, for an answer without it would be a wrong one.
 */
export async function openForModels(context: CommandContext): Promise<Application> {
  const application = await context.application();
  const { state } = await application.rooms.vault.status();
  return state === 'absent' ? application : context.unlocked();
}

/** Whoever opened the vault, for the passport and the record. Throws where there is no vault. */
export async function modelActor({ rooms }: Application): Promise<ModelActor> {
  const caller = await rooms.sessions.verify(await rooms.sessions.tokenFor('cli'));
  if (caller === null) throw new CloisterError('unauthenticated', 'This session has ended. Run the command again.');
  return { subject: caller.subject, session: caller.session, origin: 'cli' };
}

const shortHash = (digest: string): string => `${digest.slice(0, 19)}…`;

const actionWords = {
  approved: 'approved',
  blocked: 'blocked',
  quarantined: 'quarantined',
  'rolled-back': 'rolled back to',
} as const satisfies Record<Passport['approvals'][number]['action'], string>;

const signatureWords = ({ signature }: Passport['publisher']): string =>
  signature === null ? 'not signed' : `${signature.ok ? 'signed' : 'SIGNATURE DOES NOT HOLD'} by ${signature.key}`;

function approvalsAsText({ approvals }: Passport): string[] {
  return approvals.map(({ at, by, action, self, reason, digest }) => {
    const own = action === 'approved' && self ? ' (self-approval)' : '';
    const why = reason === null ? '' : `: ${onOneLine(reason)}`;
    return `            ${at}  ${actionWords[action]} ${shortHash(digest)} by ${onOneLine(by)}${own}${why}`;
  });
}

const orUnknown = (value: string | number | null): string => (value === null ? 'unknown' : onOneLine(String(value)));

/** Everything in it was said by somebody: it is shown, never obeyed. */
export function passportAsText(passport: Passport): string {
  const { template, publisher, source } = passport;
  const last = passport.verifications.at(-1);
  return [
    `${onOneLine(passport.name)}  ${passport.state}${passport.reason === null ? '' : `: ${onOneLine(passport.reason)}`}`,
    `  Digest    ${passport.digest}`,
    `  Size      ${bytesForPeople(passport.size)}`,
    `  Source    ${source.kind}${source.address === null ? '' : ` ${onOneLine(source.address)}`}, first seen ${passport.firstSeen}`,
    `  Publisher ${orUnknown(publisher.name)}${publisher.listed ? ' (listed)' : ' (not listed)'}, ${signatureWords(publisher)}`,
    `  Licence   ${orUnknown(passport.licence.name)}`,
    `  Weights   ${orUnknown(passport.architecture)}, ${orUnknown(passport.parameters)} parameters, ${orUnknown(passport.quantization)}, context ${orUnknown(passport.context)}`,
    `  Template  ${template === null ? 'none' : template.sha256}`,
    ...(template === null || template.diff === null
      ? []
      : [
          '            differs from the one approved last:',
          ...printable(template.diff)
            .split('\n')
            .map((line) => `            ${line}`),
        ]),
    '  Layers',
    ...passport.layers.map(
      ({ role, digest, size }) => `            ${role.padEnd(11)} ${digest} ${bytesForPeople(size).padStart(9)}`,
    ),
    `  Verified  ${last === undefined ? 'never' : `${last.at}, ${last.ok ? 'every byte as it should be' : (last.problem ?? 'failed')}`}`,
    ...triedAsText(passport),
    '  Decided',
    ...(passport.approvals.length === 0 ? ['            nothing'] : approvalsAsText(passport)),
  ].join('\n');
}

const print = (context: CommandContext, passport: Passport): ExitCode => {
  context.output.result(passport, () => passportAsText(passport));
  return 0;
};

export async function modelPassport(context: CommandContext, name: string): Promise<ExitCode> {
  const { rooms } = await openForModels(context);
  return print(context, await rooms.models.passports.passport(name));
}

export async function approveModel(
  context: CommandContext,
  asking: Asking,
  name: string,
  { reason, yes = false }: { reason?: string; yes?: boolean },
): Promise<ExitCode> {
  const application = await context.unlocked();
  const { passports } = application.rooms.models;
  const shown = await passports.passport(name);
  if (!(await mayApprove(context, asking, shown, yes))) return 1;
  // Nothing but what was shown: another version may wait by now.
  const { digest } = shown;
  return print(context, await passports.approve(name, await modelActor(application), { digest, reason }));
}

export async function blockModel(
  context: CommandContext,
  name: string,
  { reason }: { reason: string },
): Promise<ExitCode> {
  const application = await context.unlocked();
  return print(context, await application.rooms.models.passports.block(name, reason, await modelActor(application)));
}

export async function removeModel(context: CommandContext, name: string): Promise<ExitCode> {
  const application = await context.unlocked();
  return print(context, await application.rooms.models.passports.remove(name, await modelActor(application)));
}

export async function rollBackModel(context: CommandContext, name: string): Promise<ExitCode> {
  const application = await context.unlocked();
  return print(context, await application.rooms.models.passports.rollback(name, await modelActor(application)));
}

const verifiedAsText = (results: readonly VerifiedModel[]): string =>
  results.length === 0
    ? 'No models are installed yet.'
    : results
        .flatMap(({ name, ok, problem, layers }) => [
          `${onOneLine(name).padEnd(32)} ${ok ? 'every byte as it should be' : 'NOT what it was'}`,
          ...layers.filter((layer) => !layer.ok).map((layer) => `  ${layer.digest}  ${layer.problem ?? 'differs'}`),
          ...(problem === 'manifest' ? ['  Another manifest stood in its place. The approved one was put back.'] : []),
        ])
        .join('\n');

/** Hashes every byte anew, whatever was hashed before. */
export async function verifyModels(context: CommandContext, name: string | undefined): Promise<ExitCode> {
  const { rooms } = await openForModels(context);
  const { output, signal } = context;
  const results = await rooms.models.passports
    .verify(name ?? null, {
      signal,
      onProgress: ({ name: model, done, total }) => {
        const words = `Checking ${onOneLine(model)} ${bar(done, total)} ${bytesForPeople(done)}`;
        output.progress(words);
        output.stillAtWork(() => words);
      },
    })
    .finally(() => output.progress(null));
  const shown = results.map(({ name: model, ok, problem, layers }) => ({
    name: model,
    ok,
    ...(problem === null ? {} : { problem }),
    layers,
  }));
  output.result({ results: shown }, () => verifiedAsText(results));
  return results.every((each) => each.ok) ? 0 : 1;
}
