import {
  Box,
  FileText,
  Library,
  Lock,
  MessageSquare,
  ScrollText,
  Search,
  Settings,
  SquarePen,
  type LucideIcon,
} from 'lucide-react';
import { useMemo, useState } from 'react';
import {
  Autocomplete,
  Dialog,
  Header,
  Heading,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import type { Passage } from '../../../shared/contract/types.ts';
import { goTo, openTalk, setPalette, useRoute } from '../../app/route.ts';
import { lockNow } from '../../app/session.ts';
import { focusComposer } from '../../app/shortcuts.ts';
import { format, t } from '../../i18n/index.ts';
import { useChats } from '../chats/store.ts';
import { openTarget } from '../viewer/store.ts';
import { useFound, type Found } from './use-found.ts';
import './search.css';

interface Line {
  readonly id: string;
  readonly icon: LucideIcon;
  readonly words: string;
  readonly side: string;
  readonly run: () => void;
}

const commands: readonly Line[] = [
  { id: 'c:new', icon: SquarePen, words: t.rail.newChat, side: '', run: () => openTalk(null) },
  { id: 'c:documents', icon: Library, words: t.rail.documents, side: '', run: () => goTo('documents') },
  { id: 'c:models', icon: Box, words: t.rail.models, side: '', run: () => goTo('models') },
  { id: 'c:record', icon: ScrollText, words: t.rail.record, side: '', run: () => goTo('record') },
  { id: 'c:settings', icon: Settings, words: t.rail.settings, side: '', run: () => goTo('settings') },
  { id: 'c:lock', icon: Lock, words: t.rail.lock, side: '', run: () => void lockNow() },
];

function passageLine(passage: Passage, at: number): Line {
  const { documentId, document: name, page, start, end, text } = passage;
  return {
    id: `p:${at}`,
    icon: FileText,
    words: text.replace(/\s+/g, ' ').slice(0, 160),
    side: t.search.inDocument(name, page),
    run: () => {
      goTo('talk');
      void openTarget({ documentId, name, page, words: { start, end, quote: text }, from: null });
    },
  };
}

export function Palette() {
  const open = useRoute((state) => state.paletteOpen);
  return (
    <ModalOverlay className="veil palette-veil" isOpen={open} onOpenChange={setPalette} isDismissable>
      <Modal className="modal palette">
        <Dialog className="palette-dialog" aria-label={t.search.title}>
          <Heading slot="title" level={2} className="unseen">
            {t.search.title}
          </Heading>
          <PaletteBody />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function useSections(query: string, found: Found) {
  const recent = useChats((state) => state.list);
  return useMemo(() => {
    const talks = (query === '' ? (recent ?? []).slice(0, 6) : found.conversations).map((one): Line => ({
      id: `t:${one.id}`,
      icon: MessageSquare,
      words: one.title,
      side: format.ago(one.updatedAt),
      run: () => openTalk(one.id),
    }));
    const wanted = query.toLowerCase();
    return [
      { name: t.search.conversations, lines: talks },
      { name: t.search.passages, lines: query === '' ? [] : found.passages.map(passageLine) },
      { name: t.search.commands, lines: commands.filter((one) => one.words.toLowerCase().includes(wanted)) },
    ].filter((section) => section.lines.length > 0);
  }, [query, found, recent]);
}

function PaletteBody() {
  const [text, setText] = useState('');
  const query = text.trim();
  const { found, searching } = useFound(query);
  const sections = useSections(query, found);
  const run = (id: string) => {
    const line = sections.flatMap((section) => section.lines).find((one) => one.id === id);
    if (line === undefined) return;
    setPalette(false);
    line.run();
    if (id === 'c:new') focusComposer();
  };
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <SearchField className="palette-field" aria-label={t.search.title} autoFocus>
        <Search size={17} strokeWidth={1.75} aria-hidden className="soft" />
        <Input placeholder={t.search.placeholder} maxLength={400} />
      </SearchField>
      <ListBox
        className="palette-list scrolls"
        aria-label={t.search.title}
        onAction={(key) => run(String(key))}
        renderEmptyState={() => <None searching={searching} />}
      >
        {sections.map((section) => (
          <ListBoxSection key={section.name} id={section.name} className="palette-section">
            <Header className="palette-heading">{section.name}</Header>
            {section.lines.map((line) => (
              <PaletteLine key={line.id} line={line} />
            ))}
          </ListBoxSection>
        ))}
      </ListBox>
      <div className="palette-foot small soft">
        <span>{found.byKeyword ? t.search.byKeyword : t.search.hint}</span>
        <span role="status">{searching ? t.search.searching : ''}</span>
      </div>
    </Autocomplete>
  );
}

function PaletteLine({ line: { id, icon: Icon, words, side } }: { readonly line: Line }) {
  return (
    <ListBoxItem id={id} className="palette-line" textValue={words}>
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      <span className="clip">{words}</span>
      {side === '' ? null : <span className="small palette-side clip">{side}</span>}
    </ListBoxItem>
  );
}

/** While it searches, the line below says so. */
function None({ searching }: { readonly searching: boolean }) {
  return <p className="palette-none soft">{searching ? '…' : `${t.search.none}. ${t.search.noneWords}`}</p>;
}
