import { Download as DownloadIcon, MessageSquare, RefreshCw, Rows3, Shrink } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { LoadRefusal, Message } from '../../../shared/contract/types.ts';
import { goTo } from '../../app/route.ts';
import { saveSettings } from '../../app/session.ts';
import { attempt } from '../../bridge/index.ts';
import { describeError, t } from '../../i18n/index.ts';
import { Button, Notice } from '../../ui/index.ts';
import { pull } from '../models/downloads.ts';
import { useMayPull } from '../models/rules.ts';
import { bare } from '../models/store.ts';
import { retry } from './actions.ts';
import { changeDraft } from './store.ts';
import './too-large.css';

interface TooLargeProps {
  readonly message: Message;
  readonly model: string;
  readonly conversationId: string;
}

/** `undefined`: not known yet. Null: it would be loaded now. `unknown`: it cannot be said. */
type Known = LoadRefusal | null | undefined | 'unknown';

/** Why a model was not loaded, as things are now, and buttons that do what helps. */
export function TooLarge({ message, model, conversationId }: TooLargeProps) {
  const refusal = useRefusal(model);
  const again = (
    <Button size="small" icon={RefreshCw} onPress={() => void retry({ messageId: message.id })}>
      {t.refusal.again}
    </Button>
  );
  return (
    <Notice kind="caution" title={t.refusal.title(bare(model))} actions={again}>
      {refusal === undefined ? (
        <div className="soft">{t.refusal.looking}</div>
      ) : refusal === null ? (
        <div>{t.refusal.fits}</div>
      ) : refusal === 'unknown' ? (
        <div>{describeError('model_too_large').sentence}</div>
      ) : (
        <Facts refusal={refusal} message={message} conversationId={conversationId} />
      )}
    </Notice>
  );
}

function useRefusal(name: string): Known {
  const [known, setKnown] = useState<Known>(undefined);
  useEffect(() => {
    let over = false;
    void attempt('models.refusal', { name }).then((result) => {
      if (!over) setKnown(result.ok ? result.value.refusal : 'unknown');
    });
    return () => {
      over = true;
    };
  }, [name]);
  return known;
}

interface FactsProps {
  readonly refusal: LoadRefusal;
  readonly message: Message;
  readonly conversationId: string;
}

function Facts({ refusal, message, conversationId }: FactsProps) {
  const { why, needs, free, suggestion, shorterContext, cacheType, fourBits, close } = refusal;
  const words = t.refusal;
  const helps = suggestion !== null || shorterContext !== null || cacheType !== null || fourBits !== null;
  return (
    <>
      <div>{words.why[why](needs, free)}</div>
      {helps || close.length > 0 ? (
        <ul className="helps" aria-label={words.helps}>
          {suggestion === null ? null : (
            <Other
              name={suggestion}
              isHere={refusal.suggestionIsHere}
              message={message}
              conversationId={conversationId}
            />
          )}
          {shorterContext === null ? null : (
            <Help words={words.shorter(shorterContext)}>
              <Button
                size="small"
                icon={Shrink}
                onPress={() => void retry({ messageId: message.id, contextTokens: shorterContext })}
              >
                {words.useShorter(shorterContext)}
              </Button>
            </Help>
          )}
          {cacheType === null ? null : <Cache cache={cacheType} messageId={message.id} />}
          {close.length === 0 ? null : (
            <Help words={words.close(close.map(({ name, bytes }) => words.program(name, bytes)))} />
          )}
          {fourBits === null ? null : <Help words={words.fourBits(fourBits)} />}
        </ul>
      ) : (
        <div>{words.nothing}</div>
      )}
    </>
  );
}

function Help({ words, children }: { readonly words: string; readonly children?: ReactNode }) {
  return (
    <li>
      <span>{words}</span>
      {children}
    </li>
  );
}

interface OtherProps {
  readonly name: string;
  readonly isHere: boolean;
  readonly message: Message;
  readonly conversationId: string;
}

/** The best model that does fit: asked at once where it is here, else got. */
function Other({ name, isHere, message, conversationId }: OtherProps) {
  const mayPull = useMayPull();
  const words = t.refusal;
  if (isHere)
    return (
      <Help words={words.modelHere(bare(name))}>
        <Button
          size="small"
          icon={MessageSquare}
          onPress={() => {
            // The next question goes to it, too.
            changeDraft(conversationId, { model: name });
            void retry({ messageId: message.id, model: name });
          }}
        >
          {words.useModel(bare(name))}
        </Button>
      </Help>
    );
  return (
    <Help words={words.modelThere(bare(name))}>
      {mayPull ? (
        <Button
          size="small"
          icon={DownloadIcon}
          onPress={() => {
            goTo('models');
            void pull(name);
          }}
        >
          {words.getModel(bare(name))}
        </Button>
      ) : null}
    </Help>
  );
}

function Cache({
  cache: { type, contextTokens },
  messageId,
}: {
  readonly cache: NonNullable<LoadRefusal['cacheType']>;
  readonly messageId: string;
}) {
  const keep = async () => {
    await saveSettings({ cacheType: type });
    await retry({ messageId });
  };
  return (
    <Help words={t.refusal.cache(type, contextTokens)}>
      <Button size="small" icon={Rows3} onPress={() => void keep()}>
        {t.refusal.useCache(type)}
      </Button>
    </Help>
  );
}
