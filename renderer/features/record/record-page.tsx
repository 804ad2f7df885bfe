import { useVirtualizer } from '@tanstack/react-virtual';
import { CircleAlert, CircleCheck, CircleDot, CircleX, ScrollText, ShieldCheck, type LucideIcon } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import {
  Button as AriaButton,
  Dialog,
  Disclosure,
  DisclosurePanel,
  Heading,
  Input,
  Label,
  Modal,
  ModalOverlay,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import type { AuditEntry } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Button, Empty, FailureNotice, Facts, Hash, Skeletons } from '../../ui/index.ts';
import { filterEntries, readEntries, useRecord, verify } from './store.ts';
import { Verification } from './verification.tsx';
import './record.css';

type Decision = AuditEntry['decision'];
const decisions: readonly (Decision | 'all')[] = ['all', 'allowed', 'refused', 'failed', 'interrupted'];

const looks: Readonly<Record<Decision, { readonly icon: LucideIcon; readonly tone: string }>> = {
  allowed: { icon: CircleCheck, tone: 'tone-good' },
  refused: { icon: CircleX, tone: 'tone-bad' },
  failed: { icon: CircleAlert, tone: 'tone-caution' },
  interrupted: { icon: CircleDot, tone: 'tone-caution' },
};

export function RecordPage() {
  const { entries, size, failure, loading, verifying, verification } = useRecord();
  const [words, setWords] = useState('');
  const [decision, setDecision] = useState<Decision | 'all'>('all');
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const rows = useMemo(() => filterEntries(entries ?? [], words, decision), [entries, words, decision]);
  useEffect(() => void readEntries(false), []);
  return (
    <div className="page record-page">
      <header className="page-header">
        <div>
          <h1>{t.record.title}</h1>
          <p className="soft">{t.record.words}</p>
        </div>
        <Button look="primary" icon={ShieldCheck} isDisabled={verifying} onPress={() => void verify()}>
          {verifying ? t.record.verifying : verification === null ? t.record.verify : t.record.verifyAgain}
        </Button>
      </header>
      <Verification />
      {failure === null ? null : (
        <FailureNotice
          failure={failure}
          actions={<Button onPress={() => void readEntries(false)}>{t.common.retry}</Button>}
        />
      )}
      {entries === null ? (
        failure === null ? (
          <Skeletons rows={8} height={38} />
        ) : null
      ) : entries.length === 0 ? (
        <div className="card">
          <Empty icon={ScrollText} title={t.record.empty}>
            {t.record.emptyWords}
          </Empty>
        </div>
      ) : (
        <>
          <div className="record-bar">
            <TextField className="record-filter" aria-label={t.record.filter} value={words} onChange={setWords}>
              <Label className="unseen">{t.record.filter}</Label>
              <Input className="input" placeholder={t.record.filterExample} />
            </TextField>
            <ToggleButtonGroup
              className="segments"
              aria-label={t.record.outcome}
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[decision]}
              onSelectionChange={(keys) => setDecision(decisions.find((one) => keys.has(one)) ?? 'all')}
            >
              {decisions.map((one) => (
                <ToggleButton key={one} id={one} className="segment">
                  {one === 'all' ? t.record.all : t.record.decisions[one]}
                </ToggleButton>
              ))}
            </ToggleButtonGroup>
            <span className="small soft numbers" role="status">
              {t.record.showing(rows.length, entries.length, size)}
            </span>
          </div>
          <Rows rows={rows} onShow={setShown} />
          <div className="record-foot">
            {entries.length < size ? (
              <Button size="small" isDisabled={loading} onPress={() => void readEntries(true)}>
                {t.record.loadMore}
              </Button>
            ) : null}
            <Explanation />
          </div>
        </>
      )}
      <EntryDialog entry={shown} onClose={() => setShown(null)} />
    </div>
  );
}

const columns = ['index', 'at', 'kind', 'decision', 'model', 'documents', 'duration', 'tokens'] as const;
const rowHeight = 40;

function Rows({
  rows,
  onShow,
}: {
  readonly rows: readonly AuditEntry[];
  readonly onShow: (entry: AuditEntry) => void;
}) {
  const frame = useRef<HTMLDivElement | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight,
    overscan: 16,
  });
  return (
    <div className="card table-card scrolls" ref={frame} tabIndex={0} role="region" aria-label={t.record.table}>
      <div role="table" aria-label={t.record.table} aria-rowcount={rows.length + 1} className="entries">
        <div role="row" aria-rowindex={1} className="row head">
          {columns.map((one) => (
            <span role="columnheader" key={one} title={t.record.columnWords[one]}>
              {t.record.columns[one]}
            </span>
          ))}
        </div>
        {rows.length === 0 ? (
          <div role="row" className="row none">
            <span role="cell">{t.record.noMatch}</span>
          </div>
        ) : null}
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const entry = rows[item.index];
            return entry === undefined ? null : (
              <div
                key={entry.index}
                role="row"
                aria-rowindex={item.index + 2}
                className="row"
                style={{ transform: `translateY(${item.start}px)`, height: rowHeight }}
              >
                <Row entry={entry} onShow={onShow} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

export function DecisionWords({ entry }: { readonly entry: AuditEntry }) {
  const { icon: Icon, tone } = looks[entry.decision];
  return (
    <span className={`cell-status ${tone}`}>
      <Icon size={15} strokeWidth={1.75} aria-hidden />
      <span className="clip">
        {t.record.decisions[entry.decision]}
        {entry.code === null ? '' : ` · ${entry.code}`}
      </span>
    </span>
  );
}

const tokensOf = (entry: AuditEntry): string =>
  entry.promptTokens === null && entry.answerTokens === null
    ? '–'
    : `${format.number(entry.promptTokens ?? 0)} + ${format.number(entry.answerTokens ?? 0)}`;

function Row({ entry, onShow }: { readonly entry: AuditEntry; readonly onShow: (entry: AuditEntry) => void }) {
  return (
    <>
      <span role="cell" className="numbers">
        <AriaButton
          className="text-link numbers"
          aria-label={t.record.details(entry.index)}
          onPress={() => onShow(entry)}
        >
          {format.number(entry.index)}
        </AriaButton>
      </span>
      <span role="cell" className="numbers soft clip">
        {format.exactTime(entry.at)}
      </span>
      <span role="cell" className="clip">
        {entry.kind} <span className="soft">· {t.record.origins[entry.origin]}</span>
      </span>
      <span role="cell" className="clip">
        <DecisionWords entry={entry} />
      </span>
      <span role="cell" className="soft clip">
        {entry.model ?? '–'}
      </span>
      <span role="cell" className="numbers soft">
        {entry.documents.length === 0 ? '–' : entry.documents.length}
      </span>
      <span role="cell" className="numbers soft">
        {format.duration(entry.durationMs)}
      </span>
      <span role="cell" className="numbers soft">
        {tokensOf(entry)}
      </span>
    </>
  );
}

function Explanation() {
  return (
    <Disclosure className="explanation">
      <Heading level={2}>
        <Button slot="trigger" look="quiet" size="small">
          {t.record.explain}
        </Button>
      </Heading>
      <DisclosurePanel>
        <Facts
          rows={[
            ...columns.map((one) => [t.record.columns[one], t.record.columnWords[one]] as const),
            [t.record.facts.promptHmac, t.record.columnWords.hmac],
          ]}
        />
      </DisclosurePanel>
    </Disclosure>
  );
}

function EntryDialog({ entry, onClose }: { readonly entry: AuditEntry | null; readonly onClose: () => void }) {
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
