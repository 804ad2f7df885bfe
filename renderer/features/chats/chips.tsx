import { Box, Library, MessageCircle, Quote, Sparkles, type LucideIcon } from 'lucide-react';
import type { AnswerMode } from '../../../shared/contract/types.ts';
import { t } from '../../i18n/index.ts';
import { useDocuments } from '../documents/store.ts';
import { chatModels, useModels } from '../models/store.ts';
import type { Ways } from './defaults.ts';
import { Picker } from './picker.tsx';
import { changeDraft, type Draft } from './store.ts';

const modeIcons: Readonly<Record<AnswerMode, LucideIcon>> = { generate: Sparkles, quotes: Quote, chat: MessageCircle };
const modes: readonly AnswerMode[] = ['generate', 'quotes', 'chat'];

const noDocuments = '-';

export function CollectionChip({
  draftKey,
  collectionId,
}: {
  readonly draftKey: string;
  readonly collectionId: string | null;
}) {
  const collections = useDocuments((state) => state.collections) ?? [];
  const items = [
    ...collections.map((one) => ({
      id: one.id,
      icon: Library,
      label: one.name,
      words: t.documents.summary(one.documents, one.chunks, one.bytes),
      blocked: false,
    })),
    { id: noDocuments, icon: MessageCircle, label: t.chats.noCollection, words: '', blocked: false },
  ];
  return (
    <Picker
      label={t.chats.collection}
      icon={Library}
      items={items}
      selected={collectionId ?? noDocuments}
      onSelect={(id) => changeDraft(draftKey, { collectionId: id === noDocuments ? null : id })}
    />
  );
}

export function ModeChip({ draftKey, ways }: { readonly draftKey: string; readonly ways: Ways }) {
  const why = { model: t.chats.chatNeedsModel, documents: t.chats.needsCollection };
  const items = modes.map((mode) => {
    const reason = ways.blocked[mode];
    return {
      id: mode,
      icon: modeIcons[mode],
      label: t.chats.modes[mode],
      words: reason === undefined ? t.chats.modeWords[mode] : why[reason],
      blocked: reason !== undefined,
    };
  });
  return (
    <Picker
      label={t.chats.mode}
      icon={modeIcons[ways.mode]}
      items={items}
      selected={ways.mode}
      onSelect={(id) => changeDraft(draftKey, { mode: modes.find((mode) => mode === id) ?? null })}
    />
  );
}

const automatic = '-';

export function ModelChip({
  draftKey,
  draft,
  mode,
}: {
  readonly draftKey: string;
  readonly draft: Draft;
  readonly mode: AnswerMode;
}) {
  const models = chatModels(useModels((state) => state.installed));
  if (mode === 'quotes' || models.length < 2) return null;
  const items = [
    { id: automatic, icon: Box, label: t.chats.modelAuto, words: '', blocked: false },
    ...models.map((model) => ({ id: model.name, icon: Box, label: model.name, words: '', blocked: false })),
  ];
  return (
    <Picker
      label={t.chats.model}
      icon={Box}
      items={items}
      selected={draft.model ?? automatic}
      onSelect={(id) => changeDraft(draftKey, { model: id === automatic ? null : id })}
    />
  );
}
