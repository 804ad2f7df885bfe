import { Unplug } from 'lucide-react';
import { useEffect } from 'react';
import { resetChats } from '../features/chats/store.ts';
import { resetDocuments } from '../features/documents/store.ts';
import { FirstRun, resetGuide } from '../features/first-run/first-run.tsx';
import { resetModels } from '../features/models/forget.ts';
import { resetPrograms } from '../features/programs/store.ts';
import { resetRecord } from '../features/record/store.ts';
import { Gate } from '../features/vault/gate.tsx';
import { LockScreen } from '../features/vault/lock-screen.tsx';
import { TroubleScreen } from '../features/vault/trouble-screen.tsx';
import { closeViewer } from '../features/viewer/store.ts';
import { hasBridge } from '../bridge/index.ts';
import { t } from '../i18n/index.ts';
import { Announcer, clearToasts, Skeletons } from '../ui/index.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { resetRoute } from './route.ts';
import { followStatus, readSettings, readStatus, useSession } from './session.ts';
import { Shell } from './shell.tsx';
import { useTheme } from './theme.ts';

/** Nothing of an open vault stays in the page when it is locked. */
function forgetEverything(): void {
  resetChats();
  resetDocuments();
  resetModels();
  resetPrograms();
  resetRecord();
  resetRoute();
  resetGuide();
  closeViewer();
  clearToasts();
  useSession.setState({ settings: null });
}

export function App() {
  const theme = useSession((state) => state.theme);
  useTheme(theme);
  if (!hasBridge()) return <Gate icon={Unplug} title={t.fatal.outside} words={t.fatal.outsideWords} />;
  return (
    <ErrorBoundary>
      <Opened />
      <Announcer />
    </ErrorBoundary>
  );
}

function Opened() {
  const { status, failure, settings } = useSession();
  const state = status?.vault.state ?? null;
  useEffect(() => {
    const ending = new AbortController();
    followStatus(ending.signal);
    return () => ending.abort();
  }, []);
  useEffect(() => {
    if (state === 'unlocked') void readSettings();
    else if (state === 'locked') forgetEverything();
  }, [state]);
  if (status === null) {
    return failure === null ? (
      <Starting />
    ) : (
      <TroubleScreen failure={failure} vault={null} working={false} onRetry={() => void readStatus()} />
    );
  }
  if (state === 'absent') return <FirstRun vault={status.vault} />;
  if (state !== 'unlocked') return <LockScreen vault={status.vault} />;
  if (settings === null) {
    return failure === null ? (
      <Starting />
    ) : (
      <TroubleScreen failure={failure} vault={status.vault} working={false} onRetry={() => void readSettings()} />
    );
  }
  return settings.guideSeen ? <Shell /> : <FirstRun vault={status.vault} />;
}

function Starting() {
  return (
    <main className="starting" aria-label={t.fatal.starting}>
      <Skeletons rows={3} height={20} />
    </main>
  );
}
