import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import type { Citation, Message } from '../../../shared/contract/types.ts';
import { stripInvisible } from '../../../shared/strip-invisible.ts';
import { t } from '../../i18n/index.ts';
import { Button } from '../../ui/index.ts';
import { openTarget, targetOf, useViewer } from '../viewer/store.ts';
import { excerptOf } from './excerpt.ts';
import { FileIcon, SupportWords, sourceName } from './sources.tsx';

/** The passages themselves. Drawn from the citations, so that no character of a document is read as markdown. */
export function Quotes({ message }: { readonly message: Message }) {
  return (
    <ol className="quotes" aria-label={t.chats.quotesFound(message.citations.length)}>
      {message.citations.map((citation) => (
        <li key={citation.number}>
          <Quote citation={citation} messageId={message.id} />
        </li>
      ))}
    </ol>
  );
}

function Quote({ citation, messageId }: { readonly citation: Citation; readonly messageId: string }) {
  const [whole, setWhole] = useState(false);
  const target = targetOf(citation, messageId);
  const open = useViewer((state) => state.target?.from === target.from);
  const { before, words, after, cut } = excerptOf(citation.passage, citation, whole);
  const plain = words === '';
  return (
    <div className={`quote ${open ? 'open' : ''}`}>
      <blockquote className="quote-text">
        {plain ? stripInvisible(citation.quote) : before}
        {plain ? null : <mark>{words}</mark>}
        {plain ? null : after}
      </blockquote>
      <div className="quote-foot">
        <AriaButton className="quote-source" aria-pressed={open} onPress={() => void openTarget(target)}>
          <span className="source-number numbers">{citation.number}</span>
          <FileIcon name={citation.passage.document} />
          <span className="clip">{sourceName(citation)}</span>
          <SupportWords citation={citation} />
        </AriaButton>
        {cut ? (
          <Button look="quiet" size="small" onPress={() => setWhole(!whole)}>
            {whole ? t.chats.showLess : t.chats.showMore}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
