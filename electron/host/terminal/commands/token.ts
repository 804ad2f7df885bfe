import type { ClientToken } from '../../../../shared/contract/types.ts';
import type { Input, Method, Output } from '../../../../shared/contract/index.ts';
import { CloisterError } from '../../../../shared/errors.ts';
import { askHolder } from '../../../gateway/index.ts';
import { deriveBeside } from '../../../vault/index.ts';
import type { CommandContext } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import { onOneLine } from '../output.ts';

/** Tokens belong to the session of the process that serves: it is asked, and it makes them. */
async function ask<M extends Method>(context: CommandContext, method: M, input: Input<M>): Promise<Output<M>> {
  const { profile } = context;
  const application = await context.application();
  const key = async (): Promise<Buffer> =>
    deriveBeside({ profile, keychain: application.ports.keychain }, await context.passphrase(), 'control');
  const answer = await askHolder({ profile, key }, method, input);
  if (answer !== null) return answer;
  throw new CloisterError(
    'not_available',
    'Nothing is served with this profile, and tokens belong to what serves. Start it first: cloister serve',
  );
}

export async function issueToken(
  context: CommandContext,
  options: { scopes: string; ttl?: number; name?: string; models?: string },
): Promise<ExitCode> {
  const listed = (text: string): string[] =>
    text
      .split(',')
      .map((each) => each.trim())
      .filter(Boolean);
  const issued = await ask(context, 'gateway.issue', {
    scopes: listed(options.scopes),
    ...(options.ttl === undefined ? {} : { lifetime: options.ttl }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.models === undefined ? {} : { models: listed(options.models) }),
  });
  context.output.result(issued, () => issued.token);
  context.output.note(
    `Good until ${issued.expiresAt}, or until the door is shut. It is not shown again. Id: ${issued.id}`,
  );
  return 0;
}

export async function listTokens(context: CommandContext): Promise<ExitCode> {
  return show(context, await ask(context, 'gateway.tokens', {}));
}

export async function revokeToken(context: CommandContext, id: string): Promise<ExitCode> {
  return show(context, await ask(context, 'gateway.revoke', { id }));
}

function show(context: CommandContext, { tokens }: { tokens: readonly ClientToken[] }): ExitCode {
  context.output.result({ tokens }, () => (tokens.length === 0 ? 'No tokens are out.' : tokens.map(asText).join('\n')));
  return 0;
}

const asText = ({ id, name, scopes, models, expiresAt, lastUsedAt }: ClientToken): string =>
  [
    `${onOneLine(name)}  ${id}`,
    `  ${scopes.join(', ')}${models === null ? '' : `; models: ${models.map(onOneLine).join(', ')}`}`,
    `  good until ${expiresAt}, ${lastUsedAt === null ? 'never used' : `last used ${lastUsedAt}`}`,
  ].join('\n');
