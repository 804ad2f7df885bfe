import { Eye, EyeOff } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { t } from '../../i18n/index.ts';
import { IconButton } from '../../ui/index.ts';

interface PassphraseFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly autoFocus?: boolean;
  readonly invalid?: boolean;
  readonly fresh?: boolean;
  readonly name?: string;
  readonly children?: ReactNode;
}

export function PassphraseField({
  label,
  value,
  onChange,
  autoFocus = false,
  invalid = false,
  fresh = false,
  name,
  children,
}: PassphraseFieldProps) {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      className="field"
      type={shown ? 'text' : 'password'}
      value={value}
      onChange={onChange}
      autoFocus={autoFocus}
      {...(name === undefined ? {} : { name })}
      isInvalid={invalid}
      // The browser's own validation would keep a wrong passphrase from ever being tried again.
      validationBehavior="aria"
      autoComplete={fresh ? 'new-password' : 'current-password'}
      maxLength={1024}
    >
      <Label>{label}</Label>
      <div className="passphrase">
        <Input className="input" spellCheck="false" autoCapitalize="off" />
        <IconButton
          icon={shown ? EyeOff : Eye}
          label={shown ? t.vault.hide : t.vault.show}
          onPress={() => setShown(!shown)}
        />
      </div>
      {children}
    </TextField>
  );
}
