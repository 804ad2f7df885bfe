import type { PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { BridgeFailure } from '../../bridge/index.ts';
import { t } from '../../i18n/index.ts';
import { Progress, Skeleton } from '../../ui/index.ts';
import { drawPage, openPdf, type LoadProgress } from './pdf.ts';
import type { OpenedDocument, Place } from './store.ts';

export interface PdfViewProps {
  readonly document: OpenedDocument;
  readonly page: number;
  readonly place: Place | null;
  /** 1 fits the width. */
  readonly zoom: number;
  /** The pages cannot be drawn; the text is shown instead. */
  readonly onFail: (code: string) => void;
}

/** Default export: a chunk of its own, loaded with the first PDF. */
export default function PdfView({ document, page, place, zoom, onFail }: PdfViewProps) {
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [progress, setProgress] = useState<LoadProgress | null>(null);
  const frame = useRef<HTMLDivElement | null>(null);
  const width = useWidth(frame);
  useEffect(() => {
    const ending = new AbortController();
    openPdf(document.documentId, ending.signal, setProgress)
      .then((opened) => (ending.signal.aborted ? undefined : setPdf(opened)))
      .catch((thrown: unknown) =>
        ending.signal.aborted
          ? undefined
          : onFail(thrown instanceof BridgeFailure ? thrown.failure.code : 'parse_failed'),
      );
    return () => ending.abort();
  }, [document.documentId, onFail]);
  return (
    <div className="pdf-frame" ref={frame}>
      {pdf === null ? (
        <Loading progress={progress} />
      ) : width === 0 ? null : (
        <PdfPage
          pdf={pdf}
          document={document}
          page={page}
          place={place}
          width={Math.round(width * zoom)}
          onFail={onFail}
        />
      )}
    </div>
  );
}

function Loading({ progress }: { readonly progress: LoadProgress | null }) {
  return (
    <div className="pdf-loading">
      <span className="unseen" role="status">
        {t.viewer.loading}
      </span>
      <Skeleton height={420} />
      {progress === null || progress.total < 4_000_000 ? null : (
        <div className="small soft numbers">
          <Progress label={t.viewer.loading} value={progress.done} of={progress.total} />
          {t.viewer.loadingBytes(progress.done, progress.total)}
        </div>
      )}
    </div>
  );
}

/** The width that there is for a page, in steps, so that dragging the divider does not draw it at every pixel. */
function useWidth(frame: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const node = frame.current;
    if (node === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The first width comes at once with observing, later ones when the dragging rests.
    let rest = 0;
    const observer = new ResizeObserver(([entry]) => {
      const next = Math.floor(entry?.contentRect.width ?? 0);
      clearTimeout(timer);
      timer = setTimeout(() => setWidth(next), rest);
      rest = 80;
    });
    observer.observe(node);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [frame]);
  return width;
}

interface PdfPageProps {
  readonly pdf: PDFDocumentProxy;
  readonly document: OpenedDocument;
  readonly page: number;
  readonly place: Place | null;
  readonly width: number;
  readonly onFail: (code: string) => void;
}

function PdfPage({ pdf, document, page, place, width, onFail }: PdfPageProps) {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const text = useRef<HTMLDivElement | null>(null);
  const [drawn, setDrawn] = useState('');
  const key = `${page}@${width}`;
  useEffect(() => {
    let cancel: (() => void) | null = null;
    let over = false;
    const draw = async () => {
      const loaded = await pdf.getPage(page);
      if (over || canvas.current === null || text.current === null) return;
      const drawing = drawPage(loaded, canvas.current, text.current, width);
      cancel = drawing.cancel;
      await drawing.finished;
      setDrawn(key);
    };
    draw().catch(() => (over ? undefined : onFail('parse_failed')));
    return () => {
      over = true;
      cancel?.();
    };
  }, [pdf, page, width, key, onFail]);
  return (
    <div className="paper" style={{ width }} data-drawn={drawn === key}>
      <canvas ref={canvas} role="img" aria-label={t.viewer.pageImage(page, document.pages, document.name)} />
      {place?.placed === true && place.page === page ? <Highlights place={place} /> : null}
      <div className="text-layer" ref={text} />
    </div>
  );
}

/** Rectangles are fractions of the page; they are drawn between the picture and the invisible text. */
function Highlights({ place }: { readonly place: Extract<Place, { placed: true }> }) {
  const layer = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    layer.current?.querySelector('.highlight')?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  }, [place]);
  return (
    <div className="highlights" ref={layer} aria-hidden>
      {place.rectangles.map((box, at) => (
        <div
          key={at}
          className="highlight"
          style={{
            left: `${box.x * 100}%`,
            top: `${box.y * 100}%`,
            width: `${box.width * 100}%`,
            height: `${box.height * 100}%`,
          }}
        />
      ))}
    </div>
  );
}
