import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { t } from '../i18n/index.ts';
import { announce } from './announcer.tsx';
import { IconButton } from './button.tsx';
import { copyText } from './clipboard.ts';
import { tell } from './toasts.tsx';

export function CopyButton({ text, label = t.common.copy }: { readonly text: string; readonly label?: string }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => {
    if (!copyText(text)) {
      tell('caution', t.common.notCopied, t.common.notCopiedWords);
      return;
    }
    setDone(true);
    announce(t.common.copied);
  };
  return <IconButton icon={done ? Check : Copy} label={done ? t.common.copied : label} onPress={copy} />;
}
