import { ArrowUp, Square } from 'lucide-react';
import { Button as AriaButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { t } from '../../i18n/index.ts';

interface SendButtonProps {
  readonly ready: boolean;
  readonly live: boolean;
  readonly onSend: () => void;
  readonly onStop: () => void;
}

/** One place for both: while an answer is written it stops it. */
export function SendButton({ ready, live, onSend, onStop }: SendButtonProps) {
  const label = live ? t.chats.stop : t.chats.send;
  const Icon = live ? Square : ArrowUp;
  return (
    <TooltipTrigger delay={500}>
      <AriaButton
        className={`send ${live ? 'stop' : ''}`}
        aria-label={label}
        isDisabled={!live && !ready}
        onPress={live ? onStop : onSend}
      >
        <Icon size={live ? 14 : 17} strokeWidth={live ? 2.5 : 2} fill={live ? 'currentColor' : 'none'} aria-hidden />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
