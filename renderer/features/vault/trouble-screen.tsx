import { KeyRound, LockKeyhole, PackageOpen, ShieldAlert, Users, type LucideIcon } from 'lucide-react';
import type { VaultStatus } from '../../../shared/contract/types.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { Failure } from '../../bridge/index.ts';
import { describeError, t } from '../../i18n/index.ts';
import { Button, FailureCode, Facts } from '../../ui/index.ts';
import { Gate } from './gate.tsx';

const icons: Partial<Record<ErrorCode, LucideIcon>> = {
  keychain_missing: KeyRound,
  key_lost: KeyRound,
  vault_damaged: ShieldAlert,
  vault_newer: PackageOpen,
  profile_in_use: Users,
};

const lookUp = (texts: Readonly<Record<string, string>>, code: string): string | undefined => texts[code];

interface TroubleProps {
  readonly failure: Failure;
  readonly vault: VaultStatus | null;
  readonly working: boolean;
  readonly onRetry: () => void;
}

/** The vault stays closed: the cause, what to do, the code. Nothing here deletes or starts over. */
export function TroubleScreen({ failure, vault, working, onRetry }: TroubleProps) {
  const text = describeError(failure.code, failure.detail);
  const title = lookUp(t.vault.screens, failure.code) ?? t.vault.screens.other;
  const cause = lookUp(t.vault.causes, failure.code) ?? text.sentence;
  const { keychain } = vault ?? { keychain: null };
  const aboutKeychain = failure.code === 'keychain_missing' || failure.code === 'key_lost';
  return (
    <Gate icon={icons[failure.code] ?? LockKeyhole} title={title} words={cause}>
      <p className="remedy">{text.remedy}</p>
      <Facts
        rows={[
          aboutKeychain && keychain !== null && keychain.backend !== null
            ? [t.vault.facts.backend, keychain.backend]
            : null,
          aboutKeychain && keychain !== null && keychain.reason !== null
            ? [t.vault.facts.reason, keychain.reason]
            : null,
          vault === null || vault.schemaVersion === null ? null : [t.vault.facts.schema, String(vault.schemaVersion)],
        ]}
      />
      <p className="small soft">{t.vault.untouched}</p>
      <Button look="primary" busy={working} onPress={onRetry} autoFocus>
        {t.vault.tryAgain}
      </Button>
      <FailureCode failure={failure} />
    </Gate>
  );
}
