import * as pdfjs from 'pdfjs-dist';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import * as pdfjsWorker from 'pdfjs-dist/build/pdf.worker.mjs';
import { ask } from '../../bridge/index.ts';
import { PackagedData } from './pdf-data.ts';

// Found here, the parser runs in the page: the policy forbids workers, and a sandboxed page is where it belongs.
Object.assign(globalThis, { pdfjsWorker });

export interface LoadProgress {
  readonly done: number;
  readonly total: number;
}

async function readBytes(
  documentId: string,
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
): Promise<Uint8Array> {
  let whole: Uint8Array | null = null;
  let done = 0;
  do {
    const { bytes, total } = await ask('viewer.bytes', { documentId, offset: done });
    signal.throwIfAborted();
    whole ??= new Uint8Array(total);
    whole.set(bytes, done);
    if (bytes.length === 0) break;
    done += bytes.length;
    onProgress({ done, total: whole.length });
  } while (done < whole.length);
  return whole;
}

/**
 * Opens the file as it was indexed. Scripts, forms and links of the PDF are never run: nothing but pages is drawn.
 * `maxImageSize` bounds the memory one picture may take (40 million pixels).
 */
export async function openPdf(
  documentId: string,
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
): Promise<PDFDocumentProxy> {
  const data = await readBytes(documentId, signal, onProgress);
  const task = pdfjs.getDocument({
    data,
    verbosity: 0,
    useWasm: false,
    wasmUrl: new URL('pdf/', document.baseURI).href,
    useWorkerFetch: false,
    BinaryDataFactory: PackagedData,
    cMapUrl: 'packaged:/',
    standardFontDataUrl: 'packaged:/',
    useSystemFonts: false,
    disableWorkerRendering: true,
    enableXfa: false,
    maxImageSize: 40_000_000,
  });
  signal.addEventListener('abort', () => void task.destroy(), { once: true });
  return task.promise;
}

/** Largest side of the canvas in pixels: beyond it browsers draw nothing. */
const largestSide = 8192;

export interface Drawing {
  readonly finished: Promise<void>;
  readonly cancel: () => void;
}

/** Draws a page at this width (CSS pixels) into the canvas, and its text, invisible, over it for selecting and reading. */
export function drawPage(
  page: PDFPageProxy,
  canvas: HTMLCanvasElement,
  textFrame: HTMLElement,
  width: number,
): Drawing {
  const plain = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: width / plain.width });
  const ratio = Math.min(window.devicePixelRatio || 1, largestSide / Math.max(viewport.width, viewport.height));
  canvas.width = Math.floor(viewport.width * ratio);
  canvas.height = Math.floor(viewport.height * ratio);
  canvas.style.width = `${viewport.width}px`;
  canvas.style.height = `${viewport.height}px`;
  const drawn = page.render({
    canvas,
    viewport,
    transform: [ratio, 0, 0, ratio, 0, 0],
    annotationMode: pdfjs.AnnotationMode.DISABLE,
  });
  textFrame.replaceChildren();
  textFrame.style.setProperty('--total-scale-factor', String(viewport.scale));
  const text = new pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container: textFrame, viewport });
  return {
    finished: Promise.all([drawn.promise, text.render()]).then(() => undefined),
    cancel: () => {
      drawn.cancel();
      text.cancel();
    },
  };
}
