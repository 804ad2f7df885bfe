import { useState } from 'react';
import type { ClientToken } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Button, Confirm } from '../../ui/index.ts';
import { revoke, usePrograms } from './store.ts';

const wordsFor = (scope: string): string => (t.programs.scopes as Readonly<Record<string, string>>)[scope] ?? scope;

/** Who may ask, what, and until when. */
export function Tokens() {
  const tokens = usePrograms((state) => state.tokens);
  const [ending, setEnding] = useState<ClientToken | null>(null);
  if (tokens.length === 0) return <p className="small soft">{t.programs.noTokens}</p>;
  return (
    <>
      <ul className="tokens">
        {tokens.map((token) => (
          <li key={token.id}>
            <div>
              <strong>{token.name}</strong> <span className="soft">{token.scopes.map(wordsFor).join(', ')}</span>
              <div className="small soft">
                {t.programs.goodUntil(format.exactTime(token.expiresAt))},{' '}
                {token.lastUsedAt === null ? t.programs.neverUsed : t.programs.usedAt(format.ago(token.lastUsedAt))}
              </div>
            </div>
            <Button size="small" aria-label={`${t.programs.revoke}: ${token.name}`} onPress={() => setEnding(token)}>
              {t.programs.revoke}
            </Button>
          </li>
        ))}
      </ul>
      <Confirm
        open={ending !== null}
        title={t.programs.revokeTitle(ending?.name ?? '')}
        words={t.programs.revokeWords}
        verb={t.programs.revoke}
        onClose={() => setEnding(null)}
        onConfirm={() => {
          if (ending !== null) void revoke(ending);
          setEnding(null);
        }}
      />
    </>
  );
}
