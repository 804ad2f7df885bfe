import { resolve } from 'node:path';
import type { PublisherRules } from '../../../../shared/contract/types.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { onOneLine } from '../output.ts';
import { modelActor, openForModels } from './passports.ts';

const from = {
  usual: 'as Cloister comes',
  policy: 'set by policy',
  organisation: 'in the signed list of your organisation',
  person: 'in your own signed list',
} as const satisfies Record<PublisherRules['publishers'][number]['from'], string>;

const what = ({ registry, key }: PublisherRules['publishers'][number]): string =>
  registry ?? (key === null ? '' : `key ${key}`);

function asText({ publishers, list, locked, problem }: PublisherRules): string {
  return [
    ...(publishers.length === 0 ? ['Nobody is listed: each new model waits for approval.'] : []),
    ...publishers.map((each) => `${onOneLine(each.name).padEnd(24)} ${what(each)}  (${from[each.from]})`),
    ...(list === null ? [] : [`List ${list.sequence}, valid until ${list.validUntil}, signed by ${list.key}`]),
    ...(locked ? ['Your organisation decides; a list of your own does not count.'] : []),
    ...(problem === null ? [] : [problem.reason]),
  ].join('\n');
}

/** Whose models need no second look, and who says so. */
export async function showPublishers(context: CommandContext): Promise<ExitCode> {
  const rules = await (await openForModels(context)).rooms.models.publishers.rules();
  context.output.result(rules, () => asText(rules));
  return 0;
}

/** Takes a signed list of the person's own. */
export async function importPublishers(
  context: CommandContext,
  file: string,
  { key }: { key?: string },
): Promise<ExitCode> {
  const application = await context.unlocked();
  const options = { key: key === undefined ? undefined : resolve(key), actor: await modelActor(application) };
  const rules = await application.rooms.models.publishers.import(resolve(file), options);
  context.output.result(rules, () => asText(rules));
  return 0;
}
