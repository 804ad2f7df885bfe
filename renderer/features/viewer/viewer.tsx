import { ChevronDown, ChevronUp, FileType, Minus, Plus, X } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { announce, FailureNotice, IconButton, Notice, Skeletons } from '../../ui/index.ts';
import { t } from '../../i18n/index.ts';
import { FileIcon } from '../chats/sources.tsx';
import { turnPage, useViewer, type OpenedDocument } from './store.ts';
import { TextView } from './text-view.tsx';
import { useDivider } from './divider.ts';
import { useWayBack } from './way-back.ts';
import './viewer.css';

const PdfView = lazy(() => import('./pdf-view.tsx'));

const zooms = [0.75, 1, 1.25, 1.5, 2, 3] as const;

function useZoom() {
  const [zoom, setZoom] = useState(1);
  const step = useCallback((by: number) => {
    setZoom((now) => zooms[Math.min(zooms.length - 1, Math.max(0, zooms.findIndex((one) => one === now) + by))] ?? 1);
  }, []);
  return { zoom, step };
}

/** The third part of the window: the source, open at the words. */
export function Viewer() {
  const { target, document, page, failure, width } = useViewer();
  const { zoom, step } = useZoom();
  const [undrawable, setUndrawable] = useState<string | null>(null);
  const { panel, body, leave } = useWayBack(target);
  const divider = useDivider();
  const documentId = target?.documentId ?? null;
  const keys = useViewerKeys(step, leave);
  if (target === null || documentId === null) return null;
  const canDraw = document?.kind === 'pdf' && undrawable !== documentId;
  return (
    <aside
      className="viewer"
      aria-label={t.viewer.label}
      data-region="viewer"
      style={{ width }}
      ref={panel}
      tabIndex={-1}
      onKeyDown={keys}
    >
      <div className="viewer-divider" {...divider} />
      <ViewerHeader
        name={document?.name ?? target.name}
        document={document}
        page={page}
        canDraw={canDraw}
        step={step}
        onClose={leave}
      />
      <div
        className="viewer-body scrolls"
        ref={body}
        data-region-entry=""
        tabIndex={0}
        role="region"
        aria-label={t.viewer.pageOf(page, document?.pages ?? 1)}
      >
        {failure !== null ? <FailureNotice failure={failure} /> : null}
        {document === null && failure === null ? <Skeletons rows={5} height={64} /> : null}
        {document === null ? null : (
          <Body
            document={document}
            canDraw={canDraw}
            undrawable={undrawable === documentId}
            zoom={zoom}
            onFail={() => setUndrawable(documentId)}
          />
        )}
      </div>
    </aside>
  );
}

interface BodyProps {
  readonly document: OpenedDocument;
  readonly canDraw: boolean;
  readonly undrawable: boolean;
  readonly zoom: number;
  readonly onFail: () => void;
}

function Body({ document, canDraw, undrawable, zoom, onFail }: BodyProps) {
  const { place, page, asText } = useViewer();
  const failed = useRef(onFail);
  useEffect(() => {
    failed.current = onFail;
  });
  const fail = useCallback(() => failed.current(), []);
  const noBoxes = place?.placed === true && place.rectangles.length === 0;
  const drawn = canDraw && !asText && !noBoxes;
  return (
    <>
      <Notices document={document} undrawable={undrawable} />
      {drawn ? (
        <Suspense fallback={<Skeletons rows={5} height={64} />}>
          <PdfView key={document.documentId} document={document} page={page} place={place} zoom={zoom} onFail={fail} />
        </Suspense>
      ) : (
        <TextView documentId={document.documentId} page={page} place={place} />
      )}
    </>
  );
}

/** Said above the page: what happened to the file, and why nothing is highlighted when nothing is. */
function Notices({ document, undrawable }: { readonly document: OpenedDocument; readonly undrawable: boolean }) {
  const place = useViewer((state) => state.place);
  useEffect(() => {
    if (place !== null) announce(place.placed ? t.viewer.found : t.viewer.reasons[place.reason]);
  }, [place]);
  return (
    <>
      {document.notice === null ? null : <Notice kind="caution">{t.viewer.notices[document.notice]}</Notice>}
      {undrawable ? <Notice kind="caution">{t.viewer.noDraw}</Notice> : null}
      {place?.placed === false ? <Notice kind="info">{t.viewer.reasons[place.reason]}</Notice> : null}
    </>
  );
}

interface HeaderProps {
  readonly name: string;
  readonly document: OpenedDocument | null;
  readonly page: number;
  readonly canDraw: boolean;
  readonly step: (by: number) => void;
  readonly onClose: () => void;
}

function ViewerHeader({ name, document, page, canDraw, step, onClose }: HeaderProps) {
  const asText = useViewer((state) => state.asText);
  const pages = document?.pages ?? 1;
  return (
    <header className="viewer-header">
      <FileIcon name={name} />
      <h2 className="clip" title={document?.path ?? name}>
        {name}
      </h2>
      {document === null ? null : (
        <span className="soft small numbers viewer-page">{t.viewer.pageOf(page, pages)}</span>
      )}
      <span className="viewer-tools">
        <IconButton icon={ChevronUp} label={t.viewer.previous} isDisabled={page <= 1} onPress={() => turnPage(-1)} />
        <IconButton icon={ChevronDown} label={t.viewer.next} isDisabled={page >= pages} onPress={() => turnPage(1)} />
        {canDraw && !asText ? (
          <>
            <IconButton icon={Minus} label={t.viewer.zoomOut} onPress={() => step(-1)} />
            <IconButton icon={Plus} label={t.viewer.zoomIn} onPress={() => step(1)} />
          </>
        ) : null}
        {canDraw ? (
          <IconButton
            icon={FileType}
            label={asText ? t.viewer.asPage : t.viewer.asText}
            onPress={() => useViewer.setState({ asText: !asText })}
          />
        ) : null}
        <IconButton icon={X} label={t.viewer.close} onPress={onClose} />
      </span>
    </header>
  );
}

/** While the focus is in the panel: page keys turn the page, plus and minus change the size, Escape closes. */
function useViewerKeys(step: (by: number) => void, leave: () => void) {
  return useCallback(
    (event: React.KeyboardEvent) => {
      const actions: Readonly<Record<string, () => void>> = {
        PageUp: () => turnPage(-1),
        PageDown: () => turnPage(1),
        '+': () => step(1),
        '=': () => step(1),
        '-': () => step(-1),
        Escape: leave,
      };
      const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    },
    [step, leave],
  );
}
