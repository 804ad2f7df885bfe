import {
  Box,
  Ellipsis,
  Library,
  LoaderCircle,
  Lock,
  MessageSquare,
  PenLine,
  ScrollText,
  Search,
  Settings,
  Shield,
  SquarePen,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { ConversationSummary } from '../../shared/contract/types.ts';
import { remove, rename } from '../features/chats/actions.ts';
import { groupByTime } from '../features/chats/group.ts';
import { useChats } from '../features/chats/store.ts';
import { t } from '../i18n/index.ts';
import { AskName, Confirm, FailureNotice, Kbd, Skeletons } from '../ui/index.ts';
import { goTo, openTalk, setPalette, useRoute, type Place } from './route.ts';
import { lockNow, useSession } from './session.ts';
import { focusComposer, keysFor } from './shortcuts.ts';
import './rail.css';

interface PlaceLine {
  readonly place: Place;
  readonly icon: LucideIcon;
  readonly words: string;
  readonly keys: string;
}

const places: readonly PlaceLine[] = [
  { place: 'documents', icon: Library, words: t.rail.documents, keys: 'Mod+1' },
  { place: 'models', icon: Box, words: t.rail.models, keys: 'Mod+2' },
  { place: 'record', icon: ScrollText, words: t.rail.record, keys: 'Mod+3' },
  { place: 'settings', icon: Settings, words: t.rail.settings, keys: 'Mod+,' },
];

interface LineProps {
  readonly icon: LucideIcon;
  readonly words: string;
  readonly keys?: string;
  /** The keys are shown when the line is pointed at or has the focus. */
  readonly quietKeys?: boolean;
  readonly current?: boolean;
  readonly raised?: boolean;
  readonly onPress: () => void;
}

function Line({ icon: Icon, words, keys, quietKeys = false, current = false, raised = false, onPress }: LineProps) {
  return (
    <AriaButton
      className={`rail-line ${current ? 'current' : ''} ${raised ? 'raised' : ''}`}
      aria-current={current ? 'page' : 'false'}
      onPress={onPress}
    >
      <Icon size={17} strokeWidth={1.75} aria-hidden />
      <span className="clip">{words}</span>
      {keys === undefined ? null : (
        <span aria-hidden className={quietKeys ? 'quiet-keys' : ''}>
          <Kbd>{keys}</Kbd>
        </span>
      )}
    </AriaButton>
  );
}

export function Rail() {
  const place = useRoute((state) => state.place);
  const mac = useSession((state) => state.status?.platform === 'darwin');
  return (
    <nav className="rail" aria-label={t.rail.label} data-region="rail">
      <div className="brand">
        <span className="brand-mark" aria-hidden>
          <Shield size={14} strokeWidth={2} />
        </span>
        {t.brand}
      </div>
      <Line
        icon={SquarePen}
        words={t.rail.newChat}
        keys={keysFor('Mod+N', mac)}
        raised
        onPress={() => {
          openTalk(null);
          focusComposer();
        }}
      />
      <Line icon={Search} words={t.rail.search} keys={keysFor('Mod+K', mac)} onPress={() => setPalette(true)} />
      <Talks />
      <div className="rail-foot">
        {places.map((one) => (
          <Line
            key={one.place}
            icon={one.icon}
            words={one.words}
            keys={keysFor(one.keys, mac)}
            quietKeys
            current={place === one.place}
            onPress={() => goTo(one.place)}
          />
        ))}
        <Line icon={Lock} words={t.rail.lock} keys={keysFor('Mod+L', mac)} onPress={() => void lockNow()} />
      </div>
    </nav>
  );
}

function Talks() {
  const list = useChats((state) => state.list);
  const failure = useChats((state) => state.listFailure);
  const groups = useMemo(() => groupByTime(list ?? [], new Date()), [list]);
  if (failure !== null && list === null) return <FailureNotice failure={failure} />;
  if (list === null) return <Skeletons rows={4} height={30} />;
  if (list.length === 0) return <p className="rail-none small soft">{t.rail.noTalks}</p>;
  return (
    <div className="rail-talks scrolls" role="region" aria-label={t.rail.talks} tabIndex={-1}>
      {groups.map((group) => (
        <section key={group.name} aria-labelledby={`group-${group.name}`}>
          <h2 id={`group-${group.name}`} className="rail-group">
            {t.groups[group.name]}
          </h2>
          <ul>
            {group.conversations.map((one) => (
              <Talk key={one.id} id={one.id} title={one.title} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const Talk = memo(function Talk({ id, title }: Pick<ConversationSummary, 'id' | 'title'>) {
  const current = useRoute((state) => state.place === 'talk' && state.conversationId === id);
  const writing = useChats((state) => Object.values(state.live).some((one) => one.conversationId === id));
  const [asking, setAsking] = useState<'rename' | 'delete' | null>(null);
  const close = () => setAsking(null);
  return (
    <li className={`rail-talk ${current ? 'current' : ''}`}>
      <AriaButton className="rail-line" aria-current={current ? 'page' : 'false'} onPress={() => openTalk(id)}>
        {writing ? (
          <LoaderCircle size={16} strokeWidth={1.75} className="turning" aria-hidden />
        ) : (
          <MessageSquare size={16} strokeWidth={1.75} aria-hidden />
        )}
        <span className="clip">{title}</span>
        {writing ? <span className="unseen">{t.rail.writing}</span> : null}
      </AriaButton>
      <MenuTrigger>
        <AriaButton className="icon-button rail-more" aria-label={t.rail.more(title)}>
          <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
        </AriaButton>
        <Popover className="popover" placement="bottom start">
          <Menu
            className="menu"
            aria-label={t.rail.more(title)}
            onAction={(key) => setAsking(key === 'delete' ? 'delete' : 'rename')}
          >
            <MenuItem id="rename" className="menu-item" textValue={t.common.rename}>
              <PenLine size={15} strokeWidth={1.75} aria-hidden />
              {t.common.rename}
            </MenuItem>
            <MenuItem id="delete" className="menu-item danger" textValue={t.common.delete}>
              <Trash2 size={15} strokeWidth={1.75} aria-hidden />
              {t.common.delete}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      <AskName
        open={asking === 'rename'}
        title={t.chats.renameTitle}
        label={t.chats.titleField}
        initial={title}
        verb={t.common.rename}
        onClose={close}
        onSubmit={(name) => {
          close();
          void rename(id, name);
        }}
      />
      <Confirm
        open={asking === 'delete'}
        title={t.chats.deleteTitle}
        words={t.chats.deleteWords(title)}
        verb={t.common.delete}
        onClose={close}
        onConfirm={() => {
          close();
          void remove(id);
        }}
      />
    </li>
  );
});
