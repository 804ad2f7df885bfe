import type { EngineStatus, Hardware } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';

type Loaded = EngineStatus['loaded'];

interface Store {
  readonly key: string;
  readonly title: string;
  readonly total: number;
  readonly free: number;
  readonly models: readonly { readonly name: string; readonly bytes: number }[];
  readonly holders: readonly string[];
}

const none: Loaded = [];

/** Who holds the memory of this computer now: a bar for the cards together and one for the main memory. */
export function MemoryNow({ hardware }: { readonly hardware: Hardware }) {
  const loaded = useSession((state) => state.status?.engine.loaded ?? none);
  const notes = hardware.gpus.flatMap(({ name, note }) =>
    note === undefined ? [] : `${name}: ${t.models.gpuNote[note]}.`,
  );
  return (
    <section className="card memory-now" aria-label={t.models.now.title}>
      {storesOf(hardware, loaded).map((store) => (
        <StoreBar key={store.key} store={store} />
      ))}
      {loaded.length > 0 ? null : <p className="small soft">{t.models.now.none}</p>}
      {notes.map((note) => (
        <p key={note} className="small soft">
          {note}
        </p>
      ))}
    </section>
  );
}

/** Cards that share the computer's memory, or do not tell theirs, have no bar of their own. */
export function storesOf({ gpus, memory }: Hardware, loaded: Loaded): readonly Store[] {
  const cards = gpus.filter((gpu) => gpu.shared !== true && gpu.totalBytes !== null && gpu.freeBytes !== null);
  const own = cards.length > 0;
  const main: Store = {
    key: 'main',
    title: t.models.now.main,
    total: memory.totalBytes,
    free: memory.freeBytes,
    models: loaded
      .map(({ name, bytes, gpuBytes }) => ({ name, bytes: own ? bytes - gpuBytes : bytes }))
      .filter(({ bytes }) => bytes > 0),
    holders: namesOf(memory.holders),
  };
  if (!own) return [main];
  const sum = (of: (card: (typeof cards)[number]) => number | null) =>
    cards.reduce((all, card) => all + (of(card) ?? 0), 0);
  return [
    {
      key: 'cards',
      title: cards.length === 1 ? t.models.now.card : t.models.now.cards(cards.length),
      total: sum((card) => card.totalBytes),
      free: sum((card) => card.freeBytes),
      models: loaded.map(({ name, gpuBytes }) => ({ name, bytes: gpuBytes })).filter(({ bytes }) => bytes > 0),
      holders: namesOf(cards.flatMap((card) => card.holders ?? [])),
    },
    main,
  ];
}

const namesOf = (holders: Hardware['memory']['holders']): readonly string[] =>
  [...new Set((holders ?? []).map(({ name }) => name))].slice(0, 2);

function StoreBar({ store: { title, total, free, models, holders } }: { readonly store: Store }) {
  const used = models.reduce((sum, { bytes }) => sum + bytes, 0);
  const others = Math.max(0, total - free - used);
  const width = (bytes: number) => ({ width: `${(100 * bytes) / Math.max(1, total)}%` });
  const { now } = t.models;
  const parts = [
    ...models.map(({ name, bytes }) => now.model(name, bytes)),
    holders.length === 0 ? now.others(others) : `${now.others(others)}, ${now.holders(holders)}`,
    now.free(free),
  ];
  return (
    <div className="store">
      <div className="store-head">
        <span className="store-title">{title}</span>
        <span className="small soft numbers">{parts.join(' · ')}</span>
      </div>
      <div className="fit-bar" role="img" aria-label={`${title}: ${parts.join(', ')}, ${now.of(total)}`}>
        {models.map(({ name, bytes }) => (
          <div key={name} className="part weights" style={width(bytes)} />
        ))}
        <div className="part others" style={width(others)} />
      </div>
    </div>
  );
}
