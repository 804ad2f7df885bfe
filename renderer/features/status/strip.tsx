import { KeyRound, Lock, MemoryStick, Plug, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import type { AppStatus } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { format, t } from '../../i18n/index.ts';
import { Connections, Encryption, EngineWords, Memory, RecordWords } from './explanations.tsx';
import { engineLook, recordLook } from './looks.ts';
import './status.css';

interface ItemProps {
  readonly icon: LucideIcon;
  readonly tone: string;
  readonly words: string;
  readonly short: string;
  readonly title: string;
  readonly children: ReactNode;
}

/** One fact of the strip: a button that explains itself and offers the proof. */
function Item({ icon: Icon, tone, words, short, title, children }: ItemProps) {
  return (
    <DialogTrigger>
      <AriaButton className="strip-item">
        <Icon size={13} strokeWidth={2} className={tone} aria-hidden />
        <span className="long">{words}</span>
        <span className="short" aria-hidden>
          {short}
        </span>
      </AriaButton>
      <Popover className="popover strip-popover" placement="top start" offset={6}>
        <Dialog className="sheet">
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

export function StatusStrip() {
  const status = useSession((state) => state.status);
  return (
    <footer className="strip" aria-label={t.status.label} data-region="status">
      {status === null ? null : <Items status={status} />}
    </footer>
  );
}

function Items({ status }: { readonly status: AppStatus }) {
  const engine = engineLook(status.engine);
  const loaded = status.engine.loaded[0];
  const memory =
    loaded === undefined ? t.status.noModel : t.status.memoryOf(loaded.name, loaded.bytes, status.memory.totalBytes);
  const record = recordLook(status.record);
  const { keySource } = status.vault;
  return (
    <>
      <Item
        icon={engine.icon}
        tone={engine.tone}
        words={engine.words}
        short={engine.short}
        title={t.status.engineTitle}
      >
        <EngineWords engine={status.engine} />
      </Item>
      <Item
        icon={Plug}
        tone="tone-soft"
        words={t.status.connections(status.egress.made)}
        short={t.status.connectionsShort(status.egress.made)}
        title={t.status.connectionsTitle}
      >
        <Connections egress={status.egress} />
      </Item>
      <Item
        icon={MemoryStick}
        tone="tone-soft"
        words={memory}
        short={loaded === undefined ? '–' : format.bytesOf(loaded.bytes, status.memory.totalBytes)}
        title={t.status.memoryTitle}
      >
        <Memory status={status} />
      </Item>
      <span className="strip-space" />
      <Item
        icon={keySource === 'passphrase' ? KeyRound : Lock}
        tone="tone-good"
        words={t.status.encrypted[keySource ?? 'keychain']}
        short={t.status.encryptedShort}
        title={t.status.encryptedTitle}
      >
        <Encryption vault={status.vault} />
      </Item>
      <Item
        icon={record.icon}
        tone={record.tone}
        words={record.words}
        short={record.short}
        title={t.status.recordTitle}
      >
        <RecordWords record={status.record} />
      </Item>
    </>
  );
}
