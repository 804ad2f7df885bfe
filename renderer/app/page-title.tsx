import { useEffect, useRef, type ReactNode } from 'react';
import { useRoute } from './route.ts';

/** The heading of a page or step. It takes the focus when the person comes there, so that reading and keys go on from it. */
export function PageTitle({ children }: { readonly children: ReactNode }) {
  const arrivals = useRoute((state) => state.arrivals);
  const title = useRef<HTMLHeadingElement | null>(null);
  useEffect(() => title.current?.focus({ preventScroll: true }), [arrivals]);
  return (
    <h1 ref={title} tabIndex={-1} className="page-title">
      {children}
    </h1>
  );
}
