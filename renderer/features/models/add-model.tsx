import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { t } from '../../i18n/index.ts';
import { announce, Button, CopyButton } from '../../ui/index.ts';
import { exampleOf } from './rows.ts';
import { chatModels, readModels, showAdding, useModels } from './store.ts';

/** The way to a model until downloads come: the files of an Ollama, copied by hand. */
export function AddModel({ none }: { readonly none: boolean }) {
  const adding = useModels((state) => state.adding);
  return (
    <Disclosure className="card add-model" isExpanded={adding} onExpandedChange={showAdding}>
      <div className="add-head">
        <div>
          <Heading level={2}>{t.models.addTitle}</Heading>
          {none ? <p className="small soft">{t.models.noChat}</p> : null}
        </div>
        <Button slot="trigger" size="small">
          {adding ? t.models.addHide : t.models.addShow}
        </Button>
      </div>
      <DisclosurePanel>
        <Steps />
      </DisclosurePanel>
    </Disclosure>
  );
}

function Steps() {
  const { folder, candidates } = useModels();
  const { addSteps } = t.models;
  const command = t.models.pullCommand(exampleOf(candidates ?? []));
  return (
    <div className="add-steps">
      <p className="soft">{t.models.addWords}</p>
      <ol>
        <li>
          {addSteps.get}
          <Line text={command} label={t.models.copyCommand} />
        </li>
        <li>
          {addSteps.find}
          <ul>
            {t.models.ollamaFolders.map(([system, path]) => (
              <li key={system}>
                <code className="mono">{path}</code> <span className="small soft">{system}</span>
              </li>
            ))}
          </ul>
        </li>
        <li>
          {addSteps.copy}
          {folder === null ? null : <Line text={folder} label={t.models.copyFolder} />}
        </li>
        <li>
          {addSteps.look}
          <div className="add-line">
            <LookAgain />
          </div>
        </li>
      </ol>
      <p className="small soft">{t.models.addChecked}</p>
      <p className="small soft">{t.models.addWithout}</p>
    </div>
  );
}

function Line({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className="add-line">
      <code className="mono">{text}</code>
      <CopyButton text={text} label={label} />
    </div>
  );
}

function LookAgain() {
  const [looking, setLooking] = useState(false);
  const [found, setFound] = useState('');
  const look = async () => {
    setLooking(true);
    await readModels();
    setLooking(false);
    const words = t.models.lookedAgain(chatModels(useModels.getState().installed).length);
    setFound(words);
    announce(words);
  };
  return (
    <>
      <Button size="small" icon={RefreshCw} busy={looking} onPress={() => void look()}>
        {looking ? t.models.looking : t.models.lookAgain}
      </Button>
      <span className="small soft">{found}</span>
    </>
  );
}
