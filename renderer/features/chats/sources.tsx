import { Button as AriaButton } from 'react-aria-components';
import { FileCode, FileSpreadsheet, FileText, Mail, Presentation, type LucideIcon } from 'lucide-react';
import type { Citation, Message } from '../../../shared/contract/types.ts';
import { stripInvisible } from '../../../shared/strip-invisible.ts';
import { t } from '../../i18n/index.ts';
import { openTarget, targetOf, useViewer } from '../viewer/store.ts';
import './sources.css';

const icons: Readonly<Record<string, LucideIcon>> = {
  eml: Mail,
  xlsx: FileSpreadsheet,
  xls: FileSpreadsheet,
  csv: FileSpreadsheet,
  pptx: Presentation,
  html: FileCode,
  htm: FileCode,
};

export function FileIcon({ name }: { readonly name: string }) {
  const Icon = icons[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? FileText;
  return <Icon size={16} strokeWidth={1.75} aria-hidden />;
}

const tone: Readonly<Record<Citation['support'], string>> = {
  exact: 'tone-good',
  paraphrased: 'tone-soft',
  not_found: 'tone-caution',
};

/** Its file; of a mail also the attachment that it comes from. */
export const sourceName = ({ passage: { document, attachment } }: Citation): string =>
  attachment === undefined ? document : `${document} › ${stripInvisible(attachment)}`;

/** Where it stands, in words: `page 3 · exact words`. */
export function SupportWords({ citation }: { readonly citation: Citation }) {
  return (
    <span className="small source-words numbers">
      {citation.passage.page === null ? null : `${t.chats.page(citation.passage.page)} · `}
      <span className={tone[citation.support]}>{t.chats.support[citation.support]}</span>
    </span>
  );
}

/** One row a source, in the order of the numbers. */
export function Sources({ message }: { readonly message: Message }) {
  if (message.citations.length === 0) return null;
  return (
    <ul className="sources" aria-label={t.chats.sources}>
      {message.citations.map((citation) => (
        <li key={citation.number}>
          <SourceRow citation={citation} messageId={message.id} />
        </li>
      ))}
    </ul>
  );
}

function SourceRow({ citation, messageId }: { readonly citation: Citation; readonly messageId: string }) {
  const target = targetOf(citation, messageId);
  const open = useViewer((state) => state.target?.from === target.from);
  return (
    <AriaButton className={`source ${open ? 'open' : ''}`} aria-pressed={open} onPress={() => void openTarget(target)}>
      <span className="source-number numbers" aria-hidden>
        {citation.number}
      </span>
      <FileIcon name={citation.passage.document} />
      <span className="clip">{sourceName(citation)}</span>
      <SupportWords citation={citation} />
    </AriaButton>
  );
}
