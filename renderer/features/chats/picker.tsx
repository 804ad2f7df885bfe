import { Check, ChevronDown, type LucideIcon } from 'lucide-react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components';

export interface PickerItem {
  readonly id: string;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly words: string;
  readonly blocked: boolean;
}

interface PickerProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly items: readonly PickerItem[];
  readonly selected: string;
  readonly onSelect: (id: string) => void;
}

/** A chip that shows the choice and opens the list of what may be chosen. */
export function Picker({ label, icon: Icon, items, selected, onSelect }: PickerProps) {
  const current = items.find((item) => item.id === selected);
  return (
    <MenuTrigger>
      <AriaButton className="chip" aria-label={`${label}: ${current?.label ?? ''}`}>
        <Icon size={14} strokeWidth={1.75} aria-hidden />
        <span className="clip">{current?.label ?? label}</span>
        <ChevronDown size={13} strokeWidth={1.75} className="soft" aria-hidden />
      </AriaButton>
      <Popover className="popover" placement="top start" offset={6}>
        <Menu
          className="menu"
          aria-label={label}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[selected]}
          disabledKeys={items.filter((item) => item.blocked).map((item) => item.id)}
          onAction={(key) => onSelect(String(key))}
        >
          {items.map((item) => (
            <MenuItem key={item.id} id={item.id} className="menu-item" textValue={item.label}>
              <item.icon size={15} strokeWidth={1.75} aria-hidden />
              <Text slot="label">{item.label}</Text>
              {item.id === selected ? <Check size={15} strokeWidth={2} aria-hidden /> : <span />}
              {item.words === '' ? null : (
                <Text slot="description" className="words">
                  {item.words}
                </Text>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
