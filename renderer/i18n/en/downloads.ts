import type { ErrorCode } from '../../../shared/errors.ts';
import { bytes, bytesOf, roughly } from '../format.ts';
import { errorTexts, type ErrorText } from './errors.ts';
import { describeModelProblem } from './model-problems.ts';

export const downloads = {
  title: 'Downloads',
  state: {
    queued: 'Waits for its turn',
    checking: 'Checking every byte',
    paused: 'Paused; what came is kept',
    failed: 'Stopped',
    done: 'Installed',
  },
  doneWaiting: 'Here, and waits for your approval',
  amount: (done: number, total: number) => (total === 0 ? bytes(done) : bytesOf(done, total)),
  rate: (perSecond: number) => `${bytes(perSecond)}/s`,
  left: (seconds: number) => `${roughly(seconds)} left`,
  hashing: 'hashed as it arrives',
  sending: (sent: number, size: number) => `${bytesOf(sent, size)} handed over`,
  stopSending: (name: string) => `Stop handing over ${name}`,
  starting: 'Asking the registry',
  kind: { file: 'From a file', bundle: 'From a bundle' },
  opening: 'Opening the file',
  hashingCopy: 'hashed as it is copied',
  label: (name: string) => `Download of ${name}`,
  importLabel: (name: string) => `Import of ${name}`,
  share: (share: number) => `${share} %`,
  pause: (name: string) => `Pause ${name}`,
  resume: (name: string) => `Go on with ${name}`,
  again: (name: string) => `Try ${name} again`,
  cancel: (name: string) => `Cancel ${name}`,
  dismiss: (name: string) => `Take ${name} off this list`,
  cancelTitle: (name: string) => `Cancel the download of ${name}?`,
  cancelWords: (done: number) =>
    `The ${bytes(done)} that came are removed. Pause it instead to go on later from where it is.`,
  cancelVerb: 'Cancel the download',
  cancelImportTitle: (name: string) => `Stop the import of ${name}?`,
  cancelImportWords: 'What was copied is removed. Your own file stays where it is, and can be imported again.',
  cancelImportVerb: 'Stop the import',
  began: (name: string) => `${name} is being downloaded.`,
  arrived: (name: string) => `${name} is here and may be used.`,
  arrivedWaiting: (name: string) => `${name} is here and waits for your approval.`,
  stopped: (name: string) => `The download of ${name} stopped.`,
  importStopped: (name: string) => `The import of ${name} stopped.`,
} as const;

/** What the check of a model's file says, wherever it came from. */
const refused: Partial<Record<ErrorCode, ErrorText>> = {
  unsupported_type: {
    sentence: 'The model was checked before it was taken in, and refused.',
    remedy: 'Its file breaks the rules of its format. Get the model from another publisher.',
  },
  parse_failed: {
    sentence: 'The model’s file is malformed and was refused.',
    remedy: 'Get the model from another publisher.',
  },
};

/** What an error means for a download, where that is more than it says elsewhere. */
const downloadTexts: Partial<Record<ErrorCode, ErrorText>> = {
  not_found: {
    sentence: 'The registry has no model of this name.',
    remedy: 'Compare the name with the registry’s own page, with the part after the colon.',
  },
  forbidden: {
    sentence: 'This registry is not on your list, or downloads are not allowed here.',
    remedy: 'Ask the person who manages Cloister to add it, or bring the model as a file.',
  },
  egress_denied: {
    sentence: 'The registry pointed to a host that is not on your list.',
    remedy: 'It was not followed. Add that host to the list only if you know it.',
  },
  not_available: {
    sentence: 'The registry cannot be reached, or does not answer as it should.',
    remedy: 'Check the connection and try again. What came is kept.',
  },
  timeout: {
    sentence: 'The registry stopped sending.',
    remedy: 'Try again; it goes on from where it stopped.',
  },
  disk_full: {
    sentence: 'There is not enough free space on the disk for this model.',
    remedy: 'Free some space, or remove a model you do not use, and try again. What came is kept.',
  },
  model_changed: {
    sentence: 'What arrived is not what the registry announced, so it was thrown away.',
    remedy: 'Try again. If it happens twice, the registry or the line is not to be trusted.',
  },
  ...refused,
  too_large: {
    sentence: 'The registry sent more than a model needs, so it was refused.',
    remedy: 'Get the model from another registry.',
  },
  busy: {
    sentence: 'This model is being downloaded already.',
    remedy: 'See how far it is under Downloads.',
  },
  bad_request: {
    sentence: 'This is not the name of a model.',
    remedy: 'Write it as the registry lists it, for example qwen3:8b.',
  },
};

/** `problem`: what the check of the model found, where it was refused. */
export const describeDownloadError = (code: ErrorCode, problem?: string): ErrorText =>
  (problem === undefined ? null : describeModelProblem(problem)) ?? downloadTexts[code] ?? errorTexts[code];

/** The same for a file of this machine; nothing of it is kept. */
const importTexts: Partial<Record<ErrorCode, ErrorText>> = {
  ...refused,
  not_found: {
    sentence: 'The file is not there any more.',
    remedy: 'Look where it is now, and choose it again.',
  },
  disk_full: {
    sentence: 'There is not enough free space on the disk for a copy of this model.',
    remedy: 'Free some space, or remove a model you do not use, and choose the file again.',
  },
  model_changed: {
    sentence: 'The file is not what its own list or signature says, so nothing of it was kept.',
    remedy: 'It was damaged on its way, or changed. Get it again from whoever made it.',
  },
  too_large: {
    sentence: 'The file claims more than a model needs, so it was refused.',
    remedy: 'Get the model from another publisher.',
  },
  locked: {
    sentence: 'Cloister was locked before the model could be taken in.',
    remedy: 'Unlock it and choose the file again.',
  },
};

export const describeImportError = (code: ErrorCode, problem?: string): ErrorText =>
  (problem === undefined ? null : describeModelProblem(problem)) ?? importTexts[code] ?? errorTexts[code];
