import {
  CircleAlert,
  CircleCheck,
  Download as DownloadIcon,
  FileInput,
  Hourglass,
  Pause,
  Play,
  RotateCw,
  ScanSearch,
  X,
} from 'lucide-react';
import { useState } from 'react';
import type { Download } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';
import { Button, Confirm, FailureNotice, IconButton, Progress } from '../../ui/index.ts';
import { useMayPull } from './rules.ts';
import { stopSending, useImport, type Sending } from './import.ts';
import {
  arrivedState,
  cancel,
  isImport,
  isUnderWay,
  pause,
  readDownloads,
  resume,
  troubleOf,
  useDownloads,
} from './downloads.ts';

/** What is on its way in, waits, or stopped. */
export function DownloadList() {
  const { list, failure } = useDownloads();
  const sending = useImport((state) => state.sending);
  const [cancelling, setCancelling] = useState<Download | null>(null);
  if (list.length === 0 && failure === null && sending === null) return null;
  return (
    <section className="downloads" aria-label={t.downloads.title}>
      {failure === null ? null : (
        <FailureNotice
          failure={failure}
          actions={<Button onPress={() => void readDownloads()}>{t.common.retry}</Button>}
        />
      )}
      {list.length === 0 && sending === null ? null : (
        <ul className="card">
          {sending === null ? null : <SendingLine sending={sending} />}
          {list.map((one) => (
            <Line key={one.id} download={one} onCancel={() => setCancelling(one)} />
          ))}
        </ul>
      )}
      <Confirm
        open={cancelling !== null}
        {...cancelWordsOf(cancelling)}
        onClose={() => setCancelling(null)}
        onConfirm={() => {
          setCancelling(null);
          if (cancelling !== null) void cancel(cancelling.id);
        }}
      />
    </section>
  );
}

function cancelWordsOf(download: Download | null): { title: string; words: string; verb: string } {
  const words = t.downloads;
  const { name = '', done = 0 } = download ?? {};
  return download !== null && isImport(download)
    ? { title: words.cancelImportTitle(name), words: words.cancelImportWords, verb: words.cancelImportVerb }
    : { title: words.cancelTitle(name), words: words.cancelWords(done), verb: words.cancelVerb };
}

/** A file on its way from the window into the application. */
function SendingLine({ sending: { name, sent, size } }: { readonly sending: Sending }) {
  return (
    <li className="download">
      <FileInput size={18} strokeWidth={1.75} className="tone-soft" aria-hidden />
      <div className="download-body">
        <div className="download-head">
          <strong className="clip">{name}</strong>
          <span className="small soft numbers">{t.downloads.sending(sent, size)}</span>
        </div>
        <Progress label={t.downloads.label(name)} value={sent} of={size} />
      </div>
      <IconButton icon={X} label={t.downloads.stopSending(name)} onPress={stopSending} />
    </li>
  );
}

const looks = {
  queued: { icon: Hourglass, tone: 'tone-soft' },
  running: { icon: DownloadIcon, tone: 'tone-soft' },
  checking: { icon: ScanSearch, tone: 'tone-soft' },
  paused: { icon: Pause, tone: 'tone-soft' },
  failed: { icon: CircleAlert, tone: 'tone-bad' },
  done: { icon: CircleCheck, tone: 'tone-good' },
} as const;

function Line({ download, onCancel }: { readonly download: Download; readonly onCancel: () => void }) {
  const { name, state, done, total } = download;
  const { icon, tone } = looks[state];
  const Icon = state === 'running' && isImport(download) ? FileInput : icon;
  const trouble = state === 'failed' ? troubleOf(download) : null;
  return (
    <li className="download" data-download={download.id}>
      <Icon size={18} strokeWidth={1.75} className={tone} aria-hidden />
      <div className="download-body">
        <div className="download-head">
          <strong className="clip">{name}</strong>
          <span className="small soft numbers">{wordsOf(download)}</span>
        </div>
        {state === 'done' ? null : <Progress label={labelOf(download)} value={done} of={total} />}
        {trouble === null ? null : (
          <p className="small">
            <span className="tone-bad">{trouble.sentence}</span> {trouble.remedy}
          </p>
        )}
      </div>
      <Actions download={download} onCancel={onCancel} />
    </li>
  );
}

const labelOf = (download: Download): string =>
  isImport(download) ? t.downloads.importLabel(download.name) : t.downloads.label(download.name);

/** What it is brought from, where that is no registry; then how far it is. */
function wordsOf(download: Download): string {
  const { kind } = download;
  const progress = progressOf(download);
  return kind === 'registry' ? progress : `${t.downloads.kind[kind]} · ${progress}`;
}

function progressOf(download: Download): string {
  const { name, state, done, total, rate, remaining } = download;
  const words = t.downloads;
  if (state === 'done') return arrivedState(name) === 'approved' ? words.state.done : words.doneWaiting;
  const amount = total === 0 ? null : words.amount(done, total);
  if (state !== 'running') return [amount, words.state[state]].filter((part) => part !== null).join(' · ');
  if (amount === null) return isImport(download) ? words.opening : words.starting;
  const parts = [
    amount,
    rate > 0 ? words.rate(rate) : null,
    remaining === null ? null : words.left(remaining),
    isImport(download) ? words.hashingCopy : words.hashing,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** The first button stays the same while it pauses and goes on, so that it keeps the focus. */
function Actions({ download, onCancel }: { readonly download: Download; readonly onCancel: () => void }) {
  const { id, name, state } = download;
  const isFile = isImport(download);
  const mayPull = useMayPull();
  const words = t.downloads;
  const ended = state === 'done' || (isFile && state === 'failed');
  const rests = state === 'paused' || state === 'failed';
  return (
    <div className="download-actions">
      {isFile || (rests && !mayPull) ? null : rests ? (
        <IconButton
          key="go"
          icon={state === 'failed' ? RotateCw : Play}
          label={state === 'failed' ? words.again(name) : words.resume(name)}
          onPress={() => void resume(id)}
        />
      ) : isUnderWay(download) && state !== 'checking' ? (
        <IconButton key="go" icon={Pause} label={words.pause(name)} onPress={() => void pause(id)} />
      ) : null}
      <IconButton
        icon={X}
        label={ended ? words.dismiss(name) : words.cancel(name)}
        onPress={ended ? () => void cancel(id) : onCancel}
      />
    </div>
  );
}
