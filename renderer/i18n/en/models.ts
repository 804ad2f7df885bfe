import { bytes, count, number } from '../format.ts';

export const models = {
  title: 'Models',
  hardware: (parts: readonly string[]) => `This computer: ${parts.join(' · ')}`,
  gpu: (name: string, total: number | null, free: number | null) =>
    [name, total === null ? '' : bytes(total), free === null ? '' : `${bytes(free)} free now`]
      .filter((x) => x !== '')
      .join(', '),
  noGpu: 'no graphics card that Cloister can use',
  memory: (total: number, free: number) => `${bytes(total)} memory, ${bytes(free)} free now`,
  cores: (n: number) => count(n, 'core'),
  table: 'Models and what they need',
  columns: {
    model: 'Model',
    memory: (free: number) => `Memory, ${bytes(free)} free`,
    needs: 'Needs',
    context: 'Longest context',
    fits: 'Fits?',
  },
  legend: { weights: 'weights', kv: 'context of 2,048 tokens', overhead: 'overhead' },
  fits: { gpu: 'Fits', cpu: 'Fits, on the processor', split: 'Partly on the card, slower', no: 'Too large' },
  tooLargeBy: (n: number) => `Too large by ${bytes(n)}`,
  bar: (weights: number, kv: number, overhead: number, free: number) =>
    `Weights ${bytes(weights)}, context ${bytes(kv)}, overhead ${bytes(overhead)}, of ${bytes(free)} free`,
  parts: ({ weights, kv, overhead }: { readonly weights: number; readonly kv: number; readonly overhead: number }) =>
    `${bytes(weights + kv + overhead)}: weights ${bytes(weights)}, context ${bytes(kv)}, overhead ${bytes(overhead)}`,
  upTo: (n: number) => `up to ${number(n)} tokens`,
  installed: 'Installed',
  notInstalled: (size: number) => `Not installed · ${bytes(size)}`,
  finds: 'Finds passages',
  verified: (when: string) => `Verified ${when}`,
  notVerified: 'Not verified yet',
  broken: 'Files differ',
  state: { approved: 'approved', quarantined: 'in quarantine', blocked: 'blocked' },
  kind: { chat: 'Writes answers', embedding: 'Finds passages by meaning' },
  details: (name: string) => `About ${name}`,
  facts: {
    title: 'Name',
    kind: 'Job',
    licence: 'Licence',
    state: 'State',
    size: 'Size',
    digest: 'Manifest',
    checked: 'Checked',
    context: 'Context',
    needs: 'Needs',
  },
  more: (n: number) => `Show all ${number(n)} models`,
  fewer: 'Show fewer',
  loaded: 'In memory now',
  addTitle: 'Adding a chat model',
  addShow: 'Show how',
  addHide: 'Hide',
  addWords:
    'Cloister does not download models yet. It runs the models of any Ollama you have, on this computer or another one:',
  addSteps: {
    get: 'Let that Ollama get a model, for example:',
    find: 'Find the folder “models” of that Ollama:',
    copy: 'Copy its folders “blobs” and “manifests” into this one, and keep the files that are here already:',
    look: 'Press “Look again”. Cloister does not have to be restarted.',
  },
  ollamaFolders: [
    ['Linux, macOS', '~/.ollama/models'],
    ['Linux, as a service', '/usr/share/ollama/.ollama/models'],
    ['Windows', '%USERPROFILE%\\.ollama\\models'],
  ],
  pullCommand: (name: string) => `ollama pull ${name}`,
  copyCommand: 'Copy the command',
  copyFolder: 'Copy the folder’s path',
  lookAgain: 'Look again',
  looking: 'Looking',
  lookedAgain: (n: number) => (n === 0 ? 'No chat model is there yet.' : `${count(n, 'chat model')} found.`),
  addChecked:
    'Before a model runs for the first time, every file of it is compared with the hash in its manifest. Who made the model is not checked yet: take it from where you trust.',
  addWithout: 'Without a chat model, “Quotes only” gives you the passages themselves, word for word.',
  noChat: 'No chat model is installed, so questions are answered with quotes.',
  unknownFit: 'not estimated',
} as const;
