import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { AuditEntry } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Button, Facts, Hash } from '../../ui/index.ts';
import { DecisionWords } from './decision.tsx';
import { tokensOf } from './entries.tsx';

/** Everything that one entry holds. */
export function EntryDialog({ entry, onClose }: { readonly entry: AuditEntry | null; readonly onClose: () => void }) {
  const { facts } = t.record;
  return (
    <ModalOverlay className="veil" isOpen={entry !== null} onOpenChange={(open) => !open && onClose()} isDismissable>
      <Modal className="modal">
        <Dialog className="dialog">
          {entry === null ? null : (
            <>
              <Heading slot="title" level={2}>
                {t.record.details(entry.index)}
              </Heading>
              <Facts
                rows={[
                  [t.record.columns.at, format.exactTime(entry.at)],
                  [t.record.columns.kind, entry.kind],
                  [facts.origin, t.record.origins[entry.origin]],
                  [t.record.columns.decision, <DecisionWords key="decision" entry={entry} />],
                  entry.stage === null ? null : [facts.stage, entry.stage],
                  [facts.subject, entry.subject],
                  [facts.session, <Hash key="session" value={entry.session} what={facts.session} />],
                  [facts.requestId, <Hash key="request" value={entry.requestId} what={facts.requestId} />],
                  entry.model === null ? null : [t.record.columns.model, entry.model],
                  entry.modelDigest === null
                    ? null
                    : [facts.modelDigest, <Hash key="digest" value={entry.modelDigest} what={facts.modelDigest} />],
                  entry.promptHmac === null
                    ? null
                    : [facts.promptHmac, <Hash key="prompt" value={entry.promptHmac} what={facts.promptHmac} />],
                  entry.answerHmac === null
                    ? null
                    : [facts.answerHmac, <Hash key="answer" value={entry.answerHmac} what={facts.answerHmac} />],
                  [t.record.columns.documents, entry.documents.length === 0 ? '–' : entry.documents.join(', ')],
                  [t.record.columns.duration, format.duration(entry.durationMs)],
                  [t.record.columns.tokens, tokensOf(entry)],
                ]}
              />
              <div className="actions">
                <Button onPress={onClose}>{t.common.close}</Button>
              </div>
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
