import { resetDownloads } from './downloads.ts';
import { forgetFits, useFits } from './fits.ts';
import { stopSending } from './import.ts';
import { resetPassports } from './passports.ts';
import { resetRules } from './rules.ts';
import { resetList } from './store.ts';
import { resetTrials } from './trials.ts';

/** When the window is locked. */
export function resetModels(): void {
  resetList();
  resetPassports();
  resetRules();
  resetTrials();
  resetDownloads();
  stopSending();
  forgetFits();
  useFits.setState({ known: {} });
}
