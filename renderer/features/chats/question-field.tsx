import { useEffect, useLayoutEffect, useRef } from 'react';
import { t } from '../../i18n/index.ts';

interface FieldProps {
  readonly text: string;
  readonly placeholder: string;
  readonly focusKey: string;
  readonly onChange: (text: string) => void;
  readonly onSend: () => void;
}

/** Grows with its text up to a third of the window. Enter sends, unless a word is being composed. */
export function QuestionField({ text, placeholder, focusKey, onChange, onSend }: FieldProps) {
  const field = useRef<HTMLTextAreaElement | null>(null);
  useLayoutEffect(() => {
    const node = field.current;
    if (node === null) return;
    node.style.height = 'auto';
    node.style.height = `${Math.min(node.scrollHeight, Math.round(window.innerHeight / 3))}px`;
  }, [text]);
  useEffect(() => field.current?.focus({ preventScroll: true }), [focusKey]);
  return (
    <textarea
      id="composer"
      ref={field}
      rows={1}
      aria-label={t.chats.composer}
      placeholder={placeholder}
      value={text}
      maxLength={200_000}
      spellCheck={false}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
        event.preventDefault();
        onSend();
      }}
    />
  );
}
