import type { AppStatus } from '../../../shared/contract/types.ts';
import { useSession } from '../../app/session.ts';
import { t } from '../../i18n/index.ts';
import { Button, Notice, tell } from '../../ui/index.ts';
import { openPassport, readPassport } from './passports.ts';
import { bare } from './store.ts';

const none: readonly string[] = [];

/** Models that were found changed, until they are approved again or removed. */
export function ChangedModels() {
  const changed = useSession((state) => state.status?.models?.changed ?? none);
  return changed.map((name) => (
    <Notice
      key={name}
      kind="bad"
      title={t.passports.foundChanged(bare(name))}
      actions={
        <Button
          size="small"
          onPress={() => {
            openPassport(name);
            void readPassport(name);
          }}
        >
          {t.passports.open}
        </Button>
      }
    >
      {t.passports.verifiedBadWords}
    </Notice>
  ));
}

/** Tells of each once, wherever the person is. `told` is kept between two calls. */
export function tellChanged(status: AppStatus, told: Set<string>): void {
  const changed = status.models?.changed ?? none;
  for (const name of changed) {
    if (told.has(name)) continue;
    told.add(name);
    tell('bad', t.passports.foundChanged(bare(name)), t.passports.verifiedBadWords);
  }
  for (const name of told) if (!changed.includes(name)) told.delete(name);
}
