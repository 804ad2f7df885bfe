import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/index.ts';
import { announce, Button, CopyButton } from '../../ui/index.ts';
import { exampleOf } from './rows.ts';
import { readModels, useModels } from './store.ts';

/** The files of an Ollama, on this computer or another one, copied by hand. */
export function CopyByHand() {
  const { folder, candidates } = useModels();
  const { addSteps } = t.models;
  const command = t.models.pullCommand(exampleOf(candidates ?? []));
  return (
    <section className="add-way" aria-labelledby="by-hand">
      <h3 id="by-hand">{t.models.byHandTitle}</h3>
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
    </section>
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
    const chat = (useModels.getState().installed ?? []).filter(({ kind }) => kind === 'chat');
    const words = t.models.lookedAgain(chat.length);
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
