import { CircleCheck, Square } from 'lucide-react';
import type { AppStatus, Collection } from '../../../shared/contract/types.ts';
import { goTo } from '../../app/route.ts';
import { engineServes, useSession } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';
import { Button, Progress } from '../../ui/index.ts';
import { cancel } from './actions.ts';
import { useDocuments, type Run } from './store.ts';

/** What is going on in a collection: files coming in, files being read, passages being understood. */
export function RunProgress({ collection }: { readonly collection: Collection }) {
  const run = useDocuments((state) => state.runs[collection.id]);
  const sending = useDocuments((state) => (state.sending?.collectionId === collection.id ? state.sending : null));
  const serves = useSession((state) => engineServes(state.status));
  const reading = run !== undefined && !run.finished;
  if (sending === null && !reading) return <Settled collection={collection} serves={serves} cut={run?.cut ?? false} />;
  return (
    <div className="run card" role="status">
      <div className="run-line">
        <span className="small numbers">
          {reading ? t.documents.reading(run.done, run.total) : null}
          {sending === null ? currentWords(run) : `${reading ? ' · ' : ''}${t.documents.sending(sending.name)}`}
        </span>
        <Button size="small" icon={Square} onPress={() => void cancel(collection.id)}>
          {t.documents.stop}
        </Button>
      </div>
      {reading ? <Progress label={t.documents.reading(run.done, run.total)} value={run.done} of={run.total} /> : null}
      {sending === null || reading ? null : (
        <Progress label={t.documents.sending(sending.name)} value={sending.sent} of={sending.size} />
      )}
      <Meaning collection={collection} serves={serves} />
    </div>
  );
}

const currentWords = (run: Run | undefined): string =>
  run === undefined || run.current === null ? '' : ` · ${run.current}`;

function Settled({
  collection,
  serves,
  cut,
}: {
  readonly collection: Collection;
  readonly serves: boolean;
  readonly cut: boolean;
}) {
  return (
    <div className="settled">
      {cut ? <p className="small tone-caution">{t.documents.stopped}</p> : null}
      <Meaning collection={collection} serves={serves} />
    </div>
  );
}

function Meaning({ collection, serves }: { readonly collection: Collection; readonly serves: boolean }) {
  const { embedded, chunks } = collection;
  if (chunks === 0) return null;
  if (embedded >= chunks) {
    return (
      <p className="small soft meaning">
        <CircleCheck size={15} strokeWidth={1.75} className="tone-good" aria-hidden />
        {t.documents.ready}
      </p>
    );
  }
  const words = t.documents.embedding(embedded, chunks);
  return (
    <div className="meaning-bar">
      <p className="small soft numbers">
        {words} {serves ? null : <WhyItWaits />}
      </p>
      <Progress label={words} value={embedded} of={chunks} />
    </div>
  );
}

const needsApproval = (status: AppStatus | null): boolean =>
  status?.engine.trust === 'unknown' || status?.engine.trust === 'changed';

/** Search by meaning waits for the engine: what for, and where to see to it. In the guide the question stands below. */
function WhyItWaits() {
  const approval = useSession((state) => needsApproval(state.status));
  const inside = useSession((state) => state.settings?.guideSeen === true);
  return (
    <>
      {approval ? t.documents.embeddingWaitsForYou : t.documents.embeddingWaits}{' '}
      {inside ? (
        <button type="button" className="text-button" onClick={() => goTo('settings')}>
          {t.documents.toEngine}
        </button>
      ) : null}
    </>
  );
}
