import { create } from 'zustand';
import type { Citation } from '../../../shared/contract/types.ts';
import type { Output } from '../../../shared/contract/index.ts';
import { attempt, type Failure } from '../../bridge/index.ts';

export type OpenedDocument = Output<'viewer.open'>;
export type Place = Output<'viewer.locate'>;

/** The words to show: a citation's, or a passage that was found. */
export interface Target {
  readonly documentId: string;
  readonly name: string;
  readonly page: number | null;
  readonly words: { readonly start: number; readonly end: number; readonly quote: string } | null;
  /** The citation it came from, to mark its chip and row. */
  readonly from: string | null;
}

interface Viewer {
  readonly target: Target | null;
  readonly document: OpenedDocument | null;
  readonly place: Place | null;
  readonly page: number;
  readonly asText: boolean;
  readonly failure: Failure | null;
  readonly width: number;
}

const start: Viewer = { target: null, document: null, place: null, page: 1, asText: false, failure: null, width: 440 };

export const useViewer = create<Viewer>(() => start);

export const viewerWidths = { least: 360, most: 520 } as const;

let opening = 0;

/** Opens a document at the words; where they stand is asked of the application, never guessed here. */
export async function openTarget(target: Target): Promise<void> {
  const turn = ++opening;
  const before = useViewer.getState();
  const same = before.document?.documentId === target.documentId;
  useViewer.setState({
    target,
    place: null,
    failure: null,
    document: same ? before.document : null,
    asText: same && before.asText,
  });
  const opened = await attempt('viewer.open', { documentId: target.documentId });
  if (turn !== opening) return;
  if (!opened.ok) {
    useViewer.setState({ failure: opened.error });
    return;
  }
  const place = await locate(target);
  if (turn !== opening) return;
  const page = place?.page ?? target.page ?? 1;
  useViewer.setState({
    document: opened.value,
    place,
    page: Math.min(Math.max(1, page), Math.max(1, opened.value.pages)),
  });
}

async function locate(target: Target): Promise<Place | null> {
  if (target.words === null) return null;
  const located = await attempt('viewer.locate', { documentId: target.documentId, ...target.words });
  return located.ok ? located.value : { placed: false, page: target.page, reason: 'not_in_document' };
}

export function targetOf(citation: Citation, messageId: string): Target {
  return {
    documentId: citation.passage.documentId,
    name: citation.passage.document,
    page: citation.passage.page,
    words: { start: citation.start, end: citation.end, quote: citation.quote },
    from: `${messageId}:${citation.number}`,
  };
}

export const closeViewer = (): void => {
  opening += 1;
  useViewer.setState(({ width }) => ({ ...start, width }));
};

export function turnPage(step: number): void {
  useViewer.setState(({ document, page }) => ({
    page: Math.min(Math.max(1, page + step), Math.max(1, document?.pages ?? 1)),
  }));
}
