import { Menu as MenuIcon } from 'lucide-react';
import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { followAnswers, readConversations } from '../features/chats/actions.ts';
import { TalkPage } from '../features/chats/talk-page.tsx';
import { followDocuments, readCollections } from '../features/documents/actions.ts';
import { useNoStrayDrops } from '../features/documents/drop.tsx';
import { followModels } from '../features/models/follow.ts';
import { Palette } from '../features/search/palette.tsx';
import { StatusStrip } from '../features/status/strip.tsx';
import { useViewer } from '../features/viewer/store.ts';
import { Viewer } from '../features/viewer/viewer.tsx';
import { t } from '../i18n/index.ts';
import { IconButton, Skeletons, Toasts } from '../ui/index.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { followActivity } from './activity.ts';
import { Rail } from './rail.tsx';
import { setRail, useRoute, type Place } from './route.ts';
import { useShortcuts } from './shortcuts.ts';
import './shell.css';

const pages: Readonly<Record<Place, ComponentType>> = {
  talk: TalkPage,
  documents: lazy(async () => ({ default: (await import('../features/documents/documents-page.tsx')).DocumentsPage })),
  models: lazy(async () => ({ default: (await import('../features/models/models-page.tsx')).ModelsPage })),
  record: lazy(async () => ({ default: (await import('../features/record/record-page.tsx')).RecordPage })),
  settings: lazy(async () => ({ default: (await import('../features/settings/settings-page.tsx')).SettingsPage })),
};

/** Everything the open window follows, until it is locked or closed. */
function useNews(): void {
  useEffect(() => {
    const ending = new AbortController();
    followAnswers(ending.signal);
    followDocuments(ending.signal);
    followModels(ending.signal);
    followActivity(ending.signal);
    void readConversations();
    void readCollections();
    return () => ending.abort();
  }, []);
}

export function Shell() {
  useNews();
  useShortcuts();
  useNoStrayDrops();
  const place = useRoute((state) => state.place);
  const conversationId = useRoute((state) => state.conversationId);
  // A source stays open beside what it may be compared with; elsewhere it waits.
  const reading = useViewer((state) => state.target !== null) && (place === 'talk' || place === 'documents');
  const Page = pages[place];
  return (
    <div className={`shell ${reading ? 'reading' : ''}`}>
      <SkipLinks talk={place === 'talk'} />
      <div className="rail-place">
        <Rail />
      </div>
      <RailDrawer />
      <main className="main" id="main" tabIndex={-1} data-region="main">
        <div className="narrow-bar">
          <IconButton icon={MenuIcon} label={t.rail.open} onPress={() => setRail(true)} />
          <span className="narrow-brand">{t.brand}</span>
        </div>
        <div className="main-page" key={place}>
          <ErrorBoundary resetKey={`${place}:${conversationId ?? ''}`}>
            <Suspense fallback={<Waiting />}>
              <Page />
            </Suspense>
          </ErrorBoundary>
        </div>
      </main>
      {reading ? (
        <ErrorBoundary resetKey="viewer">
          <Viewer />
        </ErrorBoundary>
      ) : null}
      <StatusStrip />
      <Palette />
      <Toasts />
    </div>
  );
}

function Waiting() {
  return (
    <div className="page">
      <Skeletons rows={5} />
    </div>
  );
}

function SkipLinks({ talk }: { readonly talk: boolean }) {
  return (
    <div className="skip-links">
      <a
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t.skipToMain}
      </a>
      {talk ? (
        <a
          href="#composer"
          onClick={(event) => {
            event.preventDefault();
            document.getElementById('composer')?.focus();
          }}
        >
          {t.skipToComposer}
        </a>
      ) : null}
    </div>
  );
}

/** The rail in a narrow window: over the page, on demand. */
function RailDrawer() {
  const open = useRoute((state) => state.railOpen);
  return (
    <ModalOverlay className="veil drawer-veil" isOpen={open} onOpenChange={setRail} isDismissable>
      <Modal className="drawer">
        <Dialog className="drawer-dialog" aria-label={t.rail.label}>
          <Rail />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
