import { LockKeyhole } from 'lucide-react';
import { useState } from 'react';
import type { VaultStatus } from '../../../shared/contract/types.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { adoptVault } from '../../app/session.ts';
import { attempt, failureFrom, type Failure } from '../../bridge/index.ts';
import { describeError, t } from '../../i18n/index.ts';
import { Button, FailureCode } from '../../ui/index.ts';
import { Gate } from './gate.tsx';
import { PassphraseField } from './passphrase-field.tsx';
import { TroubleScreen } from './trouble-screen.tsx';

/** Failures that leave the field: something other than the person's typing must change. */
const elsewhere: readonly ErrorCode[] = [
  'keychain_missing',
  'key_lost',
  'vault_damaged',
  'vault_newer',
  'profile_in_use',
  'profile_unsafe',
  'disk_full',
  'internal',
];

const failureOfState = (vault: VaultStatus): Failure | null => {
  if (vault.state === 'damaged') return failureFrom('vault_damaged');
  if (vault.state === 'newer') return failureFrom('vault_newer');
  return null;
};

export function LockScreen({ vault }: { readonly vault: VaultStatus }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [working, setWorking] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const byPassphrase = vault.keySource === 'passphrase' || failure?.code === 'passphrase_needed';
  const unlock = async () => {
    setWorking(true);
    const result = await attempt('vault.unlock', byPassphrase ? { passphrase } : {});
    setWorking(false);
    if (!result.ok) {
      setFailure(result.error);
      return;
    }
    setPassphrase('');
    setFailure(null);
    await adoptVault(result.value);
  };
  const trouble = failureOfState(vault) ?? (failure !== null && elsewhere.includes(failure.code) ? failure : null);
  if (trouble !== null)
    return <TroubleScreen failure={trouble} vault={vault} working={working} onRetry={() => void unlock()} />;
  return (
    <Gate icon={LockKeyhole} title={t.vault.lockedTitle} words={t.vault.lockedWords}>
      <form
        className="gate-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!working && (!byPassphrase || passphrase !== '')) void unlock();
        }}
      >
        {byPassphrase ? (
          <PassphraseField
            label={t.vault.passphrase}
            value={passphrase}
            onChange={setPassphrase}
            autoFocus
            invalid={failure?.code === 'wrong_passphrase'}
          />
        ) : (
          <p className="soft small">{t.vault.withKeychain}</p>
        )}
        {failure === null || failure.code === 'passphrase_needed' ? null : <Wrong failure={failure} />}
        <Button
          look="primary"
          type="submit"
          busy={working}
          isDisabled={byPassphrase && passphrase === ''}
          autoFocus={!byPassphrase}
        >
          {working ? t.vault.unlocking : t.vault.unlock}
        </Button>
        {working && byPassphrase ? (
          <p className="soft small" role="status">
            {t.vault.deriving}
          </p>
        ) : null}
      </form>
    </Gate>
  );
}

function Wrong({ failure }: { readonly failure: Failure }) {
  const text = describeError(failure.code, failure.detail);
  return (
    <div role="alert" className="field-error">
      <strong>{text.sentence}</strong> {text.remedy}
      <FailureCode failure={failure} />
    </div>
  );
}
