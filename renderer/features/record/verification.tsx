import { format, t } from '../../i18n/index.ts';
import { CopyButton, FailureNotice, Notice } from '../../ui/index.ts';
import { useRecord } from './store.ts';

/** What the last check found, and on what it rested. */
export function Verification() {
  const verification = useRecord((state) => state.verification);
  const failure = useRecord((state) => state.verifyFailure);
  if (failure !== null) return <FailureNotice failure={failure} />;
  if (verification === null) return null;
  const { ok, size, root, firstBad, problem, anchoredBy } = verification;
  return (
    <Notice
      kind={ok ? 'good' : 'bad'}
      {...(ok ? {} : { role: 'alert' as const })}
      title={ok ? t.record.holds(size) : t.record.breaks}
    >
      {problem === undefined ? null : <div>{problem}</div>}
      {firstBad === undefined || firstBad === null ? null : <div>{t.record.firstBad(firstBad)}</div>}
      <div>{t.record.anchored[anchoredBy]}</div>
      <div className="root-line">
        {t.record.root} <code className="mono">{format.shortHash(root)}</code>
        <CopyButton text={root} label={t.record.copyRoot} />
        <CopyButton text={`${size}\n${root}\n`} label={t.record.copyCheckpoint} />
      </div>
    </Notice>
  );
}
