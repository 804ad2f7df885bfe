import { Check } from 'lucide-react';
import { useState } from 'react';
import {
  CheckboxButton,
  CheckboxField,
  Dialog,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  RadioButton,
  RadioField,
  RadioGroup,
  TextField,
} from 'react-aria-components';
import type { Failure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { Button, CopyButton, FailureNotice } from '../../ui/index.ts';
import { makeToken } from './store.ts';

type Scope = keyof typeof t.programs.scopes;
type Lifetime = keyof typeof t.programs.lifetimes;

const scopes = Object.keys(t.programs.scopes) as Scope[];
/** Seconds. */
const lifetimes: Readonly<Record<Lifetime, number>> = { hour: 3600, day: 12 * 3600, month: 30 * 24 * 3600 };

/** Asks what a program may do, makes the token, and shows it this once. */
export function NewToken({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const [made, setMade] = useState<{ name: string; token: string } | null>(null);
  const close = (): void => {
    setMade(null);
    onClose();
  };
  return (
    // Once it is made, a click beside it would lose it.
    <ModalOverlay
      className="veil"
      isOpen={open}
      onOpenChange={(shown) => !shown && close()}
      isDismissable={made === null}
    >
      <Modal className="modal">
        <Dialog className="dialog">
          {made === null ? <Questions onMade={setMade} onClose={close} /> : <Made {...made} onClose={close} />}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface QuestionsProps {
  readonly onMade: (made: { name: string; token: string }) => void;
  readonly onClose: () => void;
}

function Questions({ onMade, onClose }: QuestionsProps) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<readonly Scope[]>(['chat', 'models.read']);
  const [lifetime, setLifetime] = useState<Lifetime>('day');
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const missing = name.trim() === '' || chosen.length === 0;
  const send = async (): Promise<void> => {
    setWorking(true);
    const result = await makeToken({ name: name.trim(), scopes: [...chosen], lifetime: lifetimes[lifetime] });
    setWorking(false);
    if ('token' in result) onMade({ name: name.trim(), token: result.token });
    else setFailure(result.failure);
  };
  const choose = (scope: Scope, isChosen: boolean): void =>
    setChosen(scopes.filter((one) => (one === scope ? isChosen : chosen.includes(one))));
  return (
    <form
      className="new-token"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing && !working) void send();
      }}
    >
      <Heading slot="title" level={2}>
        {t.programs.newTitle}
      </Heading>
      <TextField className="field" value={name} onChange={setName} maxLength={80} autoFocus>
        <Label>{t.programs.name}</Label>
        <Input className="input" autoComplete="off" placeholder={t.programs.nameExample} />
      </TextField>
      <div className="field" role="group" aria-labelledby="may">
        <span className="label" id="may">
          {t.programs.may}
        </span>
        {scopes.map((scope) => (
          <CheckboxField key={scope} isSelected={chosen.includes(scope)} onChange={(is) => choose(scope, is)}>
            <CheckboxButton className="checkbox">
              <span className="box" aria-hidden>
                <Check size={13} strokeWidth={3} />
              </span>
              {t.programs.scopes[scope]}
            </CheckboxButton>
          </CheckboxField>
        ))}
      </div>
      <RadioGroup
        className="field"
        value={lifetime}
        onChange={(value) => setLifetime((Object.keys(lifetimes) as Lifetime[]).find((one) => one === value) ?? 'day')}
      >
        <Label className="label">{t.programs.goodFor}</Label>
        <div className="lifetimes">
          {(Object.keys(lifetimes) as Lifetime[]).map((one) => (
            <RadioField key={one} value={one}>
              <RadioButton className="idle-lock">{t.programs.lifetimes[one]}</RadioButton>
            </RadioField>
          ))}
        </div>
      </RadioGroup>
      <p className="small soft">{t.programs.untilShut}</p>
      {failure === null ? null : <FailureNotice failure={failure} />}
      <div className="actions">
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button type="submit" look="primary" busy={working} isDisabled={missing}>
          {t.programs.make}
        </Button>
      </div>
    </form>
  );
}

function Made({
  name,
  token,
  onClose,
}: {
  readonly name: string;
  readonly token: string;
  readonly onClose: () => void;
}) {
  return (
    <>
      <Heading slot="title" level={2}>
        {t.programs.madeTitle(name)}
      </Heading>
      <p className="soft">{t.programs.madeWords}</p>
      <div className="made-token">
        <code className="mono">{token}</code>
        <CopyButton text={token} label={t.programs.copyToken} />
      </div>
      <div className="actions">
        <Button look="primary" onPress={onClose} autoFocus>
          {t.programs.done}
        </Button>
      </div>
    </>
  );
}
