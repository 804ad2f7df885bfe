import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  TooltipTrigger,
  Tooltip,
} from 'react-aria-components';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  readonly icon?: LucideIcon;
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly size?: 'normal' | 'small';
  /** Works on what was asked. Unlike a disabled button it keeps the focus. */
  readonly busy?: boolean;
  readonly children: ReactNode;
}

export function Button({ icon: Icon, look = 'plain', size = 'normal', busy = false, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} isPending={busy} className={`button ${look} ${size}`}>
      {Icon === undefined ? null : <Icon size={16} strokeWidth={1.75} aria-hidden />}
      {children}
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  readonly icon: LucideIcon;
  /** Says what it does: the accessible name and the tooltip. */
  readonly label: string;
}

export function IconButton({ icon: Icon, label, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      <AriaButton {...rest} aria-label={label} className="icon-button">
        <Icon size={17} strokeWidth={1.75} aria-hidden />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
