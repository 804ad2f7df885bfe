import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import './vault.css';

interface GateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly words: string;
  readonly children?: ReactNode;
}

/** A screen of its own, before the window proper. */
export function Gate({ icon: Icon, title, words, children }: GateProps) {
  return (
    <main className="gate scrolls">
      <div className="gate-card card">
        <div className="medallion">
          <Icon size={24} strokeWidth={1.75} aria-hidden />
        </div>
        <h1>{title}</h1>
        <p className="soft">{words}</p>
        {children}
      </div>
    </main>
  );
}
