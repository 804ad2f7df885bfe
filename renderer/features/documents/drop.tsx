import { FolderInput } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { droppedFiles, type Picked } from './dropped.ts';
import './drop.css';

const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

interface DropCoverProps {
  /** What a drop would do. */
  readonly words: string;
  readonly onFiles: (files: readonly Picked[]) => void;
}

/** Takes files dropped anywhere in the window while it is shown. */
export function DropCover({ words, onFiles }: DropCoverProps) {
  const [over, setOver] = useState(false);
  const take = useEffectEvent((transfer: DataTransfer) => void droppedFiles(transfer).then(onFiles));
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    let depth = 0;
    const on = (type: 'dragenter' | 'dragleave' | 'dragover' | 'drop', hear: (event: DragEvent) => void) =>
      window.addEventListener(
        type,
        (event) => {
          if (!holdsFiles(event)) return;
          event.preventDefault();
          hear(event);
        },
        { signal },
      );
    const settle = (next: number) => {
      depth = Math.max(0, next);
      setOver(depth > 0);
    };
    on('dragenter', () => settle(depth + 1));
    on('dragleave', () => settle(depth - 1));
    on('dragover', () => undefined);
    on('drop', (event) => {
      settle(0);
      if (event.dataTransfer !== null) take(event.dataTransfer);
    });
    return () => ending.abort();
  }, []);
  if (!over) return null;
  return (
    <div className="drop-cover">
      <div>
        <FolderInput size={28} strokeWidth={1.75} aria-hidden />
        {words}
      </div>
    </div>
  );
}

/** A file dropped beside the pages that take files must not replace the page. */
export function useNoStrayDrops(): void {
  useEffect(() => {
    const ending = new AbortController();
    for (const type of ['dragover', 'drop'] as const) {
      window.addEventListener(type, (event) => event.preventDefault(), { signal: ending.signal });
    }
    return () => ending.abort();
  }, []);
}
