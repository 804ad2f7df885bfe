import { useRef } from 'react';
import { t } from '../../i18n/index.ts';
import { useViewer, viewerWidths } from './store.ts';

const clamp = (width: number): number => Math.round(Math.min(viewerWidths.most, Math.max(viewerWidths.least, width)));

const setWidth = (width: number): void => useViewer.setState({ width: clamp(width) });

/** The line between talk and source: dragged with the pointer or moved with the arrow keys. */
export function useDivider() {
  const width = useViewer((state) => state.width);
  const from = useRef<{ x: number; width: number } | null>(null);
  return {
    role: 'separator',
    'aria-orientation': 'vertical',
    'aria-label': t.viewer.resize,
    'aria-valuemin': viewerWidths.least,
    'aria-valuemax': viewerWidths.most,
    'aria-valuenow': width,
    tabIndex: 0,
    onPointerDown: (event: React.PointerEvent<HTMLElement>) => {
      from.current = { x: event.clientX, width };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: React.PointerEvent<HTMLElement>) => {
      if (from.current !== null) setWidth(from.current.width + from.current.x - event.clientX);
    },
    onPointerUp: () => {
      from.current = null;
    },
    onKeyDown: (event: React.KeyboardEvent) => {
      const step = event.key === 'ArrowLeft' ? 20 : event.key === 'ArrowRight' ? -20 : 0;
      if (step === 0) return;
      event.preventDefault();
      setWidth(width + step);
    },
  } as const;
}
