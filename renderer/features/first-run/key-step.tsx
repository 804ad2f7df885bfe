import { useState } from 'react';
import { CheckboxButton, CheckboxField, Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import { Check } from 'lucide-react';
import type { VaultStatus } from '../../../shared/contract/types.ts';
import { adoptVault } from '../../app/session.ts';
import { attempt, type Failure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { Badge, Button, FailureNotice } from '../../ui/index.ts';
import { PassphraseField } from '../vault/passphrase-field.tsx';
import { useGuide } from './guide.ts';
import { strengthOf, type Strength } from './strength.ts';

type Source = 'keychain' | 'passphrase';

interface Choice {
  readonly source: Source;
  readonly passphrase: string;
  readonly again: string;
  readonly understood: boolean;
}

type Missing = 'passphrase' | 'again' | 'understood';

/** What still has to be done before the vault can be made, in the order of the page. */
function missingOf({ source, passphrase, again, understood }: Choice): Missing | null {
  if (source === 'passphrase' && passphrase.length < 8) return 'passphrase';
  if (source === 'passphrase' && passphrase !== again) return 'again';
  return understood ? null : 'understood';
}

/** The fields carry these names. */
function focusMissing(form: HTMLFormElement, missing: Missing): void {
  const field = form.elements.namedItem(missing);
  if (field instanceof HTMLElement) field.focus();
}

export function KeyStep({ vault }: { readonly vault: VaultStatus }) {
  const { available, backend, reason } = vault.keychain;
  const [choice, setChoice] = useState<Choice>({
    source: available ? 'keychain' : 'passphrase',
    passphrase: '',
    again: '',
    understood: false,
  });
  const [working, setWorking] = useState(false);
  const [asked, setAsked] = useState(false);
  const missing = missingOf(choice);
  const [failure, setFailure] = useState<Failure | null>(null);
  const change = (part: Partial<Choice>) => setChoice((before) => ({ ...before, ...part }));
  const create = async () => {
    setWorking(true);
    setFailure(null);
    const { source, passphrase } = choice;
    const result = await attempt(
      'vault.create',
      source === 'keychain' ? { keySource: source } : { keySource: source, passphrase },
    );
    setWorking(false);
    if (!result.ok) {
      setFailure(result.error);
      return;
    }
    useGuide.setState({ step: 2 });
    await adoptVault(result.value);
  };
  return (
    <form
      className="guide-body"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(missing !== null);
        if (missing !== null) focusMissing(event.currentTarget, missing);
        else if (!working) void create();
      }}
    >
      <h1>{t.guide.welcome}</h1>
      <p className="soft">{t.guide.welcomeWords}</p>
      <RadioGroup
        className="key-choices"
        value={choice.source}
        onChange={(value) => change({ source: value === 'keychain' ? 'keychain' : 'passphrase', understood: false })}
      >
        <Label className="unseen">{t.guide.steps[0]}</Label>
        <RadioField value="keychain" isDisabled={!available}>
          <RadioButton className="key-choice">
            <span className="radio-dot" aria-hidden />
            <span>
              <strong>{t.guide.keychain}</strong>{' '}
              {available ? <Badge tone="good">{t.guide.keychainRecommended}</Badge> : null}
              <span className="small soft block-words">
                {available
                  ? `${t.guide.keychainWords}${backend === null ? '' : ` (${backend})`}`
                  : `${t.guide.keychainAbsent}. ${reason ?? ''}`}
              </span>
            </span>
          </RadioButton>
        </RadioField>
        <RadioField value="passphrase">
          <RadioButton className="key-choice">
            <span className="radio-dot" aria-hidden />
            <span>
              <strong>{t.guide.passphrase}</strong>
              <span className="small soft block-words">{t.guide.passphraseWords}</span>
            </span>
          </RadioButton>
        </RadioField>
      </RadioGroup>
      {choice.source === 'passphrase' ? (
        // Whoever looks through the ways with the arrow keys stays there; where it is the only way, its field comes first.
        <Passphrases choice={choice} change={change} autoFocus={!available} />
      ) : null}
      <p className="loss small">{choice.source === 'keychain' ? t.guide.lossKeychain : t.guide.lossPassphrase}</p>
      <CheckboxField name="understood" isSelected={choice.understood} onChange={(understood) => change({ understood })}>
        <CheckboxButton className="checkbox">
          <span className="box" aria-hidden>
            <Check size={13} strokeWidth={3} />
          </span>
          {t.guide.understood}
        </CheckboxButton>
      </CheckboxField>
      {failure === null ? null : <FailureNotice failure={failure} />}
      {asked && missing !== null ? (
        <p className="field-error" role="alert">
          {t.guide.missing[missing]}
        </p>
      ) : null}
      <div className="guide-actions">
        <Button look="primary" type="submit" busy={working}>
          {working ? t.guide.creating : t.guide.create}
        </Button>
        {working && choice.source === 'passphrase' ? (
          <span className="small soft" role="status">
            {t.vault.deriving}
          </span>
        ) : null}
      </div>
    </form>
  );
}

function Passphrases({
  choice,
  change,
  autoFocus,
}: {
  readonly choice: Choice;
  readonly change: (part: Partial<Choice>) => void;
  readonly autoFocus: boolean;
}) {
  const { passphrase, again } = choice;
  const differs = again !== '' && !passphrase.startsWith(again) && again !== passphrase;
  return (
    <div className="passphrases">
      <PassphraseField
        fresh
        name="passphrase"
        autoFocus={autoFocus}
        label={t.guide.choose}
        value={passphrase}
        onChange={(value) => change({ passphrase: value })}
      >
        <StrengthHint passphrase={passphrase} />
      </PassphraseField>
      <PassphraseField
        fresh
        name="again"
        label={t.guide.confirm}
        value={again}
        onChange={(value) => change({ again: value })}
        invalid={differs}
      >
        <span className="field-error" role="status">
          {differs ? t.guide.differs : ''}
        </span>
      </PassphraseField>
    </div>
  );
}

const steps: Readonly<Record<Strength, number>> = { weak: 1, fair: 2, good: 3, strong: 4 };
const tones: Readonly<Record<Strength, string>> = {
  weak: 'tone-bad',
  fair: 'tone-caution',
  good: 'tone-good',
  strong: 'tone-good',
};

function StrengthHint({ passphrase }: { readonly passphrase: string }) {
  if (passphrase === '') return <span className="small soft">{t.guide.strengthHint}</span>;
  const strength = strengthOf(passphrase);
  return (
    <span className={`strength small ${tones[strength]}`} role="status">
      <span className="strength-bars" aria-hidden>
        {[1, 2, 3, 4].map((step) => (
          <span key={step} className={step <= steps[strength] ? 'on' : ''} />
        ))}
      </span>
      {passphrase.length < 8 ? t.guide.tooShort : t.guide.strength[strength]}
    </span>
  );
}
