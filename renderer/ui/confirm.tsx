import { useState } from 'react';
import { Dialog, Heading, Input, Label, Modal, ModalOverlay, TextField } from 'react-aria-components';
import { t } from '../i18n/index.ts';
import { Button } from './button.tsx';

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  readonly words: string;
  readonly verb: string;
  /** When set, this must be typed before the button works. */
  readonly typed?: { readonly label: string; readonly value: string };
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is gone for good. The cautious button has the focus. */
export function Confirm(props: ConfirmProps) {
  return (
    <ModalOverlay className="veil" isOpen={props.open} onOpenChange={(open) => !open && props.onClose()} isDismissable>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          <ConfirmBody {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function ConfirmBody({ title, words, verb, typed, onConfirm, onClose }: ConfirmProps) {
  const [text, setText] = useState('');
  const blocked = typed !== undefined && text.trim() !== typed.value;
  return (
    <>
      <Heading slot="title" level={2}>
        {title}
      </Heading>
      <p className="soft">{words}</p>
      {typed === undefined ? null : (
        <TextField className="field" value={text} onChange={setText} autoFocus>
          <Label>{typed.label}</Label>
          <Input className="input" autoComplete="off" />
        </TextField>
      )}
      <div className="actions">
        <Button onPress={onClose} autoFocus={typed === undefined}>
          {t.common.cancel}
        </Button>
        <Button look="danger" isDisabled={blocked} onPress={onConfirm}>
          {verb}
        </Button>
      </div>
    </>
  );
}

export interface AskNameProps {
  readonly open: boolean;
  readonly title: string;
  readonly label: string;
  readonly initial: string;
  readonly verb: string;
  readonly placeholder?: string;
  readonly onSubmit: (name: string) => void;
  readonly onClose: () => void;
}

/** One short text, in a dialog of its own. */
export function AskName(props: AskNameProps) {
  return (
    <ModalOverlay className="veil" isOpen={props.open} onOpenChange={(open) => !open && props.onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          <AskNameBody {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function AskNameBody({ title, label, initial, verb, placeholder, onSubmit, onClose }: AskNameProps) {
  const [name, setName] = useState(initial);
  const empty = name.trim() === '';
  return (
    <form
      style={{ display: 'grid', gap: 14 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) onSubmit(name.trim());
      }}
    >
      <Heading slot="title" level={2}>
        {title}
      </Heading>
      <TextField className="field" value={name} onChange={setName} maxLength={120} autoFocus>
        <Label>{label}</Label>
        <Input className="input" autoComplete="off" {...(placeholder === undefined ? {} : { placeholder })} />
      </TextField>
      <div className="actions">
        <Button onPress={onClose}>{t.common.cancel}</Button>
        <Button look="primary" type="submit" isDisabled={empty}>
          {verb}
        </Button>
      </div>
    </form>
  );
}
