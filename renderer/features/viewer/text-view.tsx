import { useEffect, useRef, useState } from 'react';
import type { Output } from '../../../shared/contract/index.ts';
import { attempt, type Failure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { FailureNotice, Skeletons } from '../../ui/index.ts';
import { markBlock } from './marks.ts';
import type { Place } from './store.ts';

type Page = Output<'viewer.page'>;
type Block = Page['blocks'][number];

interface Loaded {
  readonly key: string;
  readonly page: Page | null;
  readonly failure: Failure | null;
}

/** The document's text in its blocks, the exact words marked and in sight. */
export function TextView({
  documentId,
  page,
  place,
}: {
  readonly documentId: string;
  readonly page: number;
  readonly place: Place | null;
}) {
  const key = `${documentId}:${page}`;
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const frame = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    let over = false;
    void attempt('viewer.page', { documentId, page }).then((result) => {
      if (!over)
        setLoaded(result.ok ? { key, page: result.value, failure: null } : { key, page: null, failure: result.error });
    });
    return () => {
      over = true;
    };
  }, [documentId, page, key]);
  const shown = loaded?.key === key ? loaded : null;
  useEffect(() => {
    frame.current?.querySelector('mark')?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  }, [shown, place]);
  if (shown === null) return <Skeletons rows={6} height={36} />;
  if (shown.failure !== null) return <FailureNotice failure={shown.failure} />;
  const range = place?.placed === true ? { start: place.start, end: place.end } : null;
  const blocks = shown.page?.blocks ?? [];
  return (
    <div className="paper text-paper" ref={frame}>
      {blocks.length === 0 ? (
        <p className="soft">{t.viewer.empty}</p>
      ) : (
        blocks.map((block) => <BlockText key={block.start} block={block} range={range} />)
      )}
    </div>
  );
}

function BlockText({ block, range }: { readonly block: Block; readonly range: { start: number; end: number } | null }) {
  const Tag = block.kind === 'heading' ? 'h3' : block.kind === 'quote' ? 'blockquote' : 'p';
  return (
    <Tag className={`block ${block.kind}`}>
      {block.locator === null ? null : <span className="locator mono">{block.locator}</span>}
      {markBlock(block, range).map((piece, at) => (piece.marked ? <mark key={at}>{piece.text}</mark> : piece.text))}
    </Tag>
  );
}
