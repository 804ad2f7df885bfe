import { KeyRound, Lock, MemoryStick, Plug, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton, Dialog, DialogTrigger, Heading, Popover } from 'react-aria-components';
import type { AppStatus } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { format, t } from '../../i18n/index.ts';
import { Connections, Encryption, EngineWords, Memory, RecordWords } from './explanations.tsx';
import { engineLook, recordLook, type Look } from './looks.ts';
import './status.css';

/** One fact of the strip. */
interface Fact extends Look {
  readonly id: string;
  readonly title: string;
  readonly explanation: ReactNode;
}

const plain = (icon: LucideIcon, words: string, short: string): Look => ({ icon, tone: 'tone-soft', words, short });

function factsOf(status: AppStatus): readonly Fact[] {
  const { engine, egress, vault, record } = status;
  const keySource = vault.keySource ?? 'keychain';
  return [
    { id: 'engine', ...engineLook(engine), title: t.status.engineTitle, explanation: <EngineWords engine={engine} /> },
    {
      id: 'connections',
      ...plain(Plug, t.status.connections(egress.made), t.status.connectionsShort(egress.made)),
      title: t.status.connectionsTitle,
      explanation: <Connections egress={egress} />,
    },
    { id: 'memory', ...memoryLook(status), title: t.status.memoryTitle, explanation: <Memory status={status} /> },
    {
      id: 'encryption',
      ...plain(keySource === 'passphrase' ? KeyRound : Lock, t.status.encrypted[keySource], t.status.encryptedShort),
      tone: 'tone-good',
      title: t.status.encryptedTitle,
      explanation: <Encryption vault={vault} />,
    },
    { id: 'record', ...recordLook(record), title: t.status.recordTitle, explanation: <RecordWords record={record} /> },
  ];
}

function memoryLook({ engine, memory }: AppStatus): Look {
  const [loaded] = engine.loaded;
  if (loaded === undefined) return plain(MemoryStick, t.status.noModel, t.status.noModelShort);
  const part = format.bytesOf(loaded.bytes, memory.totalBytes);
  return plain(MemoryStick, t.status.memoryOf(loaded.name, part), part);
}

/** A button that explains itself and offers the proof. */
function Item({ fact }: { readonly fact: Fact }) {
  const { icon: Icon, tone, words, short, title, explanation } = fact;
  return (
    <DialogTrigger>
      <AriaButton className={`strip-item ${fact.id}`}>
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
          {explanation}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

export function StatusStrip() {
  const status = useSession((state) => state.status);
  return (
    <footer className="strip" aria-label={t.status.label} data-region="status">
      {status === null ? null : factsOf(status).map((fact) => <Item key={fact.id} fact={fact} />)}
    </footer>
  );
}
