import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { Passport } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';
import { Button, CopyButton, FailureNotice, Skeletons } from '../../ui/index.ts';
import { Approvals, EarlierVersions, Verifications } from './passport-history.tsx';
import { PassportChecks } from './passport-checks.tsx';
import { PassportFacts, PassportState } from './passport-facts.tsx';
import { Layers, LicenceText, TemplateDiff } from './passport-layers.tsx';
import { openPassport, readPassport, usePassports } from './passports.ts';
import { bare } from './store.ts';
import { KeptTrial } from './trial.tsx';
import './passport.css';

/** The whole passport of the model that was asked for. */
export function PassportDialog() {
  const open = usePassports((state) => state.open);
  const close = () => openPassport(null);
  return (
    <ModalOverlay className="veil" isOpen={open !== null} onOpenChange={(shown) => !shown && close()} isDismissable>
      <Modal className="modal passport-modal">
        <Dialog className="dialog">{open === null ? null : <Body name={open} onClose={close} />}</Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Body({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const passport = usePassports((state) => state.known[name]);
  const failure = usePassports((state) => state.failures[name]);
  return (
    <>
      <div className="passport-head">
        <Heading slot="title" level={2}>
          {t.passports.title(bare(name))}
        </Heading>
        {passport === undefined ? null : (
          <CopyButton text={JSON.stringify(passport, null, 2)} label={t.passports.copyAll} />
        )}
      </div>
      {failure === undefined ? null : (
        <FailureNotice
          failure={failure}
          actions={<Button onPress={() => void readPassport(name)}>{t.common.retry}</Button>}
        />
      )}
      {passport !== undefined ? (
        <Whole name={name} passport={passport} />
      ) : failure === undefined ? (
        <Skeletons rows={8} height={20} />
      ) : null}
      <div className="actions">
        <Button onPress={onClose} autoFocus>
          {t.common.close}
        </Button>
      </div>
    </>
  );
}

function Whole({ name, passport }: { readonly name: string; readonly passport: Passport }) {
  return (
    <div className="passport">
      <PassportState passport={passport} />
      <PassportChecks passport={passport} />
      <PassportFacts passport={passport} />
      <Layers layers={passport.layers} />
      <TemplateDiff template={passport.template} />
      <KeptTrial name={name} passport={passport} />
      <Approvals approvals={passport.approvals} />
      <Verifications verifications={passport.verifications} />
      <EarlierVersions previous={passport.previous} />
      <LicenceText licence={passport.licence} />
    </div>
  );
}
