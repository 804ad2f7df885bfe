import { MessageSquare } from 'lucide-react';
import { useEffect, useState } from 'react';
import { PageTitle } from '../../app/page-title.tsx';
import { t } from '../../i18n/index.ts';
import { Button } from '../../ui/index.ts';
import { changeDraft, newTalk } from '../chats/store.ts';
import { useDocuments } from '../documents/store.ts';
import { Proposals } from '../models/proposals.tsx';
import { chatModels, readModels, useModels } from '../models/store.ts';
import '../models/models.css';
import '../models/incoming.css';

export function AskStep({ onFinish }: { readonly onFinish: () => void }) {
  const collection = useDocuments((state) => state.collections?.find((one) => one.documents > 0) ?? null);
  const samples = collection !== null && /sample/i.test(collection.name);
  const take = (text: string) => {
    changeDraft(newTalk, { text, ...(collection === null ? {} : { collectionId: collection.id }) });
    onFinish();
  };
  return (
    <div className="guide-body">
      <PageTitle>{t.guide.askTitle}</PageTitle>
      <p className="soft">{collection === null ? t.guide.askEmpty : t.guide.askWords}</p>
      {samples ? (
        <ul className="guide-questions" aria-label={t.chats.suggestions}>
          {t.guide.suggestions.map((text) => (
            <li key={text}>
              <Button icon={MessageSquare} onPress={() => take(text)}>
                {text}
              </Button>
            </li>
          ))}
        </ul>
      ) : collection === null ? null : (
        <p>{t.guide.askOwn}</p>
      )}
      <div className="guide-actions">
        <Button look="primary" onPress={onFinish}>
          {t.guide.finish}
        </Button>
      </div>
      <FirstModel />
    </div>
  );
}

/** Below the way on, which does not jump when this is known. What there was when the step came stays in sight while it is downloaded. */
function FirstModel() {
  const installed = useModels((state) => state.installed);
  const [first, setFirst] = useState<boolean | null>(null);
  if (first === null && installed !== null) setFirst(chatModels(installed).length === 0);
  useEffect(() => {
    if (first === true) void readModels();
  }, [first]);
  return first === true ? <Proposals /> : null;
}
