import { ScrollText, ShieldCheck } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import {
  Disclosure,
  DisclosurePanel,
  Heading,
  Input,
  Label,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components';
import type { AuditEntry } from '../../../shared/contract/types.ts';
import { PageTitle } from '../../app/page-title.tsx';
import { t } from '../../i18n/index.ts';
import { Button, Empty, FailureNotice, Facts, Skeletons } from '../../ui/index.ts';
import type { Decision } from './decision.tsx';
import { columnIds, Entries } from './entries.tsx';
import { EntryDialog } from './entry-dialog.tsx';
import { filterEntries, readEntries, useRecord, verify } from './store.ts';
import { Verification } from './verification.tsx';
import './record.css';

const decisions: readonly (Decision | 'all')[] = ['all', 'allowed', 'refused', 'failed', 'interrupted'];

export function RecordPage() {
  const { entries, size, failure, loading, verifying, verification } = useRecord();
  const [words, setWords] = useState('');
  const [decision, setDecision] = useState<Decision | 'all'>('all');
  const [shown, setShown] = useState<AuditEntry | null>(null);
  const rows = useMemo(() => filterEntries(entries ?? [], words, decision), [entries, words, decision]);
  useEffect(() => void readEntries(false), []);
  return (
    <div className="page fills record-page">
      <header className="page-header">
        <div>
          <PageTitle>{t.record.title}</PageTitle>
          <p className="soft">{t.record.words}</p>
        </div>
        <Button look="primary" icon={ShieldCheck} busy={verifying} onPress={() => void verify()}>
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
          <Entries rows={rows} onShow={setShown} />
          <div className="record-foot">
            {entries.length < size ? (
              <Button size="small" busy={loading} onPress={() => void readEntries(true)}>
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
            ...columnIds.map((one) => [t.record.columns[one], t.record.columnWords[one]] as const),
            [t.record.facts.promptHmac, t.record.columnWords.hmac],
          ]}
        />
      </DisclosurePanel>
    </Disclosure>
  );
}
