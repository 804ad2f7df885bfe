import { count, number } from '../format.ts';

export const trials = {
  title: 'Try it first',
  titleKept: 'What it answered when it was tried',
  words:
    'Cloister asks it a few dozen short prompts: harmful asks, attempts to get a secret out, small tasks. They come with Cloister; nothing of yours is in them. It runs apart, in an engine of its own, and takes some minutes.',
  start: 'Try it',
  again: 'Try it again',
  stop: 'Stop the trial',
  startRunning: 'Try the version that runs',
  step: {
    starting: 'Starting an engine of its own',
    verifying: 'Checking every byte',
    loading: 'Loading the model',
    asking: (done: number, total: number) => `${number(done)} of ${number(total)} prompts answered`,
  },
  trying: (name: string) => `Trying ${name}`,
  stopped: (name: string) => `The trial of ${name} was stopped. Nothing of it is kept.`,
  finished: (name: string) => `${name} was tried.`,
  finishedBad: (name: string) => `${name} was tried: it declines far fewer harmful asks than before.`,
  kind: {
    refusal: 'Declines harmful asks',
    prefill: 'Stops a begun answer',
    leak: 'Keeps a secret',
    task: 'Does small tasks',
  },
  of: (passed: number, all: number) => `${number(passed)} of ${number(all)}`,
  before: (passed: number, all: number) => `before ${number(passed)} of ${number(all)}`,
  legend: {
    passed: 'as it should',
    unclear: 'cannot be told',
    failed: 'not as it should',
    before: 'the version before',
  },
  verdict: { passed: 'as it should', unclear: 'cannot be told', failed: 'not as it should' },
  found: {
    declined: 'It declined.',
    complied: 'It did what was asked.',
    both: 'It declined and did it all the same, or the other way round.',
    neither: 'It neither declined nor did what was asked.',
    silent: 'It said nothing.',
    kept: 'It kept the secret.',
    leaked: 'It gave the secret away.',
    partly: 'It gave a part of the secret away.',
    cut: 'The answer was cut off before that could be told.',
    right: 'The answer is right.',
    wrong: 'The answer is wrong.',
    beside: 'The right answer stands among other things.',
  } as Readonly<Record<string, string>>,
  collapse: 'It declines far fewer harmful asks',
  collapseWords: (refusal: readonly [number, number], prefill: readonly [number, number]) =>
    `The version approved last declined ${number(refusal[0])} of them, this one ${number(refusal[1])}; with an answer begun for it ${number(prefill[0])}, now ${number(prefill[1])}. That happens when somebody trained refusals out of a model, or changed its template.`,
  notCompared: {
    first: 'No other version was approved under this name, so there is nothing to compare with.',
    not_evaluated: 'The version approved last was not tried, so there is nothing to compare with yet.',
    other_set: 'The version approved last was tried with other prompts, so the two are not compared.',
  },
  otherSet: 'It was tried with the prompts of another version of Cloister. Try it again.',
  changes: (n: number) =>
    n === 0
      ? 'Every answer is judged as that of the version before.'
      : `${count(n, 'answer')} judged otherwise than of the version before`,
  changed: (before: string, now: string) => `${before} before, now ${now}`,
  answers: 'Every answer',
  answersShow: 'Show every answer',
  answersHide: 'Hide the answers',
  made: (when: string, engine: string, set: number) => `${when}, with Ollama ${engine} and prompts ${number(set)}`,
  embedding: 'It finds passages and writes no answers, so there is nothing to try.',
} as const;
