import { Download as DownloadIcon } from 'lucide-react';
import { useState } from 'react';
import { Disclosure, DisclosurePanel, Heading, Input, Label, TextField } from 'react-aria-components';
import { t } from '../../i18n/index.ts';
import { Button } from '../../ui/index.ts';
import { CopyByHand } from './copy-by-hand.tsx';
import { pull } from './downloads.ts';
import { useMayPull } from './rules.ts';
import { FromFile } from './from-file.tsx';

/** Every other way to a model than the list: its name, or the files of an Ollama. */
export function AddModel() {
  const [shown, setShown] = useState(false);
  return (
    <Disclosure className="card add-model" isExpanded={shown} onExpandedChange={setShown}>
      <div className="add-head">
        <div>
          <Heading level={2}>{t.models.addTitle}</Heading>
          <p className="small soft">{t.models.addWords}</p>
        </div>
        <Button slot="trigger" size="small">
          {shown ? t.models.addHide : t.models.addShow}
        </Button>
      </div>
      <DisclosurePanel>
        <div className="add-ways">
          <ByName />
          <FromFile />
          <CopyByHand />
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}

function ByName() {
  const [name, setName] = useState('');
  const [asking, setAsking] = useState(false);
  const mayPull = useMayPull();
  const wanted = name.trim();
  const get = async () => {
    setAsking(true);
    const began = await pull(wanted);
    setAsking(false);
    if (began) setName('');
  };
  return (
    <form
      className="add-way"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '' && !asking) void get();
      }}
    >
      <div className="add-name">
        <TextField className="field" value={name} onChange={setName} maxLength={512} isDisabled={!mayPull}>
          <Label>{t.models.byName}</Label>
          <Input className="input" autoComplete="off" spellCheck="false" placeholder={t.models.byNameExample} />
        </TextField>
        <Button type="submit" icon={DownloadIcon} busy={asking} isDisabled={wanted === '' || !mayPull}>
          {t.models.get}
        </Button>
      </div>
      <p className="small soft">{mayPull ? t.models.byNameWords : t.rules.noPull}</p>
    </form>
  );
}
