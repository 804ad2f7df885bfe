import { useEffect, useState } from 'react';
import { Dialog, Heading, Input, Label, Modal, ModalOverlay, TextField } from 'react-aria-components';
import type { Passport } from '../../../shared/contract/types.ts';
import type { Failure } from '../../bridge/index.ts';
import { format, t } from '../../i18n/index.ts';
import { Button, FailureNotice } from '../../ui/index.ts';
import { freedBy, type Freed } from './freed.ts';
import { PassportChecks } from './passport-checks.tsx';
import { askNothing, decide, readPassport, usePassports, type Decision } from './passports.ts';
import { useRules } from './rules.ts';
import { bare, useModels } from './store.ts';
import { CollapseNotice } from './trial-chart.tsx';

/** Asks before a model may run, may not, is gone, or is exchanged. */
export function DecisionDialog() {
  const asking = usePassports((state) => state.asking);
  const passport = usePassports((state) => (state.asking === null ? undefined : state.known[state.asking.name]));
  const open = asking !== null && passport !== undefined;
  return (
    <ModalOverlay className="veil" isOpen={open} onOpenChange={(shown) => !shown && askNothing()} isDismissable>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          {asking === null || passport === undefined ? null : (
            <Question decision={asking.decision} name={asking.name} passport={passport} />
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface QuestionProps {
  readonly decision: Decision;
  readonly name: string;
  readonly passport: Passport;
}

function Question({ decision, name, passport }: QuestionProps) {
  const [reason, setReason] = useState('');
  const [working, setWorking] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const required = useRules(({ rules }) => rules?.approval.value === 'required');
  const freed = useFreed(decision === 'remove' ? name : null, passport);
  const words = wordsOf(decision, bare(name), passport, freed, required);
  const missing = decision === 'block' && reason.trim() === '';
  const send = async () => {
    setWorking(true);
    setFailure(null);
    const failed = await decide(decision, name, passport.digest, reason);
    if (failed === null) return;
    setWorking(false);
    setFailure(failed);
    // Another version may wait by now: what is approved next is what is shown.
    if (failed.code === 'conflict') void readPassport(name);
  };
  return (
    <form
      className="decision"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing && !working) void send();
      }}
    >
      <Heading slot="title" level={2}>
        {words.title}
      </Heading>
      <p className="soft">{words.text}</p>
      {freed === null ? null : <Goes freed={freed} />}
      {decision === 'approve' ? (
        <>
          <CollapseNotice evaluation={passport.evaluation} />
          <PassportChecks passport={passport} />
        </>
      ) : null}
      {decision === 'approve' || decision === 'block' ? (
        <TextField
          className="field"
          value={reason}
          onChange={setReason}
          maxLength={500}
          autoFocus={decision === 'block'}
        >
          <Label>{decision === 'block' ? t.passports.reason : t.passports.reasonOptional}</Label>
          <Input className="input" autoComplete="off" placeholder={t.passports.reasonExample} />
        </TextField>
      ) : null}
      {failure === null ? null : <FailureNotice failure={failure} />}
      <div className="actions">
        <Button onPress={askNothing} autoFocus={decision !== 'block'}>
          {t.common.cancel}
        </Button>
        <Button
          type="submit"
          look={isHarmless(decision, passport) ? 'primary' : 'danger'}
          isDisabled={missing}
          busy={working}
        >
          {words.verb}
        </Button>
      </div>
    </form>
  );
}

const isHarmless = (decision: Decision, { evaluation }: Passport): boolean =>
  decision === 'rollback' || (decision === 'approve' && evaluation?.refusalCollapse !== true);

interface Words {
  readonly title: string;
  readonly text: string;
  readonly verb: string;
}

/** The files that are deleted, by name. */
function Goes({ freed: { layers, shared } }: { readonly freed: Freed }) {
  return (
    <div className="small">
      <ul className="goes numbers">
        {layers.map(({ role, digest, size }) => (
          <li key={digest}>
            {t.passports.role[role]} <span className="soft">{format.bytes(size)}</span>
          </li>
        ))}
      </ul>
      {shared === 0 ? null : <p className="soft">{t.passports.removeLayers(shared)}</p>}
    </div>
  );
}

function wordsOf(decision: Decision, name: string, passport: Passport, freed: Freed | null, required: boolean): Words {
  const words = t.passports;
  switch (decision) {
    case 'approve': {
      const replaces = passport.approvals.some(
        ({ digest, action }) => action === 'approved' && digest !== passport.digest,
      );
      const first = required ? t.rules.approveRequired : words.approveWords;
      const text = replaces ? `${first} ${words.approveReplaces}` : first;
      return { title: words.approveTitle(name), text, verb: words.approve };
    }
    case 'block':
      return { title: words.blockTitle(name), text: words.blockWords, verb: words.block };
    case 'remove': {
      const text = words.removeWords(freed?.bytes ?? null, passport.previous.length);
      return { title: words.removeTitle(name), text, verb: words.remove };
    }
    case 'rollback': {
      const before = passport.previous.at(-1);
      const text =
        before === undefined
          ? ''
          : words.rollbackWords(format.shortHash(before.digest), format.exactTime(before.until));
      return { title: words.rollbackTitle(name), text, verb: words.rollback };
    }
  }
}

/** What would come free, once the passports of the other models are read; null until then. */
function useFreed(name: string | null, passport: Passport): Freed | null {
  const [freed, setFreed] = useState<Freed | null>(null);
  const installed = useModels((state) => state.installed);
  useEffect(() => {
    if (name === null) return undefined;
    let over = false;
    const others = (installed ?? []).map((one) => one.name).filter((one) => one !== name);
    void Promise.all(others.map(readPassport)).then((read) => {
      if (!over && !read.includes(null))
        setFreed(
          freedBy(
            passport,
            read.flatMap((one) => one ?? []),
          ),
        );
    });
    return () => {
      over = true;
    };
  }, [name, passport, installed]);
  return freed;
}
