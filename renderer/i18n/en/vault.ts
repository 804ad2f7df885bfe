export const vault = {
  lockedTitle: 'Cloister is locked',
  lockedWords: 'Everything is encrypted and the key is out of memory.',
  unlock: 'Unlock',
  unlocking: 'Unlocking',
  passphrase: 'Passphrase',
  show: 'Show the passphrase',
  hide: 'Hide the passphrase',
  withKeychain: 'The system keychain holds the key.',
  deriving: 'Working out the key takes a second or two, on purpose: it makes guessing slow.',
  screens: {
    keychain_missing: 'The keychain cannot be reached',
    key_lost: 'The key is gone',
    vault_damaged: 'The vault is damaged',
    vault_newer: 'The vault is newer than this Cloister',
    profile_in_use: 'Cloister is open already',
    profile_unsafe: 'The profile folder is not private',
    other: 'Cloister could not open the vault',
  },
  causes: {
    keychain_missing: 'The key of your vault lies in the system keychain, and the keychain did not answer.',
    key_lost:
      'The vault is here and whole, but the keychain has no key for it. That happens after a new user account, a reset keychain or a move to another computer.',
    vault_damaged:
      'The database did not pass its check when it was opened: bytes of the file have changed or are missing.',
    vault_newer: 'Opening it with this version could lose what the newer one added, so it stays closed.',
  },
  untouched: 'Nothing was changed or deleted.',
  facts: { schema: 'Version of the vault', backend: 'Keychain', reason: 'Reason given by the system' },
  tryAgain: 'Try again',
} as const;

export const guide = {
  steps: ['Where the key lives', 'Your documents', 'A first question'],
  progress: (step: number, all: number) => `Step ${step} of ${all}`,
  welcome: 'Private by construction',
  welcomeWords:
    'Cloister answers questions from your own documents, with models that run on this computer. Everything it keeps is encrypted. First: where should the key live?',
  keychain: 'In the system keychain',
  keychainWords: 'Opens with your user account. Nothing to remember.',
  keychainRecommended: 'Recommended',
  keychainAbsent: 'The keychain of this system cannot be used',
  passphrase: 'Behind a passphrase',
  passphraseWords: 'Asked for each time you unlock. Stored nowhere.',
  choose: 'Choose a passphrase',
  confirm: 'Type it once more',
  tooShort: 'At least 8 characters.',
  differs: 'The two differ.',
  strength: { weak: 'Easy to guess', fair: 'Could be longer', good: 'Good', strong: 'Strong' },
  strengthHint: 'Four or five unrelated words are better than one word with digits.',
  lossKeychain:
    'If this keychain is lost or reset, the vault cannot be opened any more. Keep a backup of your user account.',
  lossPassphrase:
    'If you forget it, nobody can open the vault: not you, and not the makers of Cloister. Write it down and keep it where you keep keys.',
  understood: 'I understand what happens if it is lost',
  create: 'Create the vault',
  creating: 'Creating the vault',
  documentsTitle: 'Give it something to read',
  documentsWords:
    'PDF, Word, Excel, PowerPoint, HTML, Markdown, text, CSV and e-mail. They are read in a sandbox without a network; what Cloister keeps of them is encrypted.',
  drop: 'Drop files or a folder here',
  addFolder: 'Add folder',
  addFiles: 'Add files',
  samples: 'Try the sample documents',
  samplesWords: 'A made-up company: handbook, lease, minutes, budget and more.',
  askTitle: 'Ask a first question',
  askWords: 'Each answer shows the words it rests on. A click on a number opens the page.',
  askOwn: 'What would you like to know from your documents?',
  askEmpty: 'No documents yet. You can go in and add them at any time.',
  // Of the packaged samples; each is answered by another document.
  suggestions: [
    'How many days a week may I work from home?',
    'By what date must the letter arrive to end the lease early?',
    'Who voted against the acoustic chamber, and why?',
    'What is the total budget of Engineering for 2026?',
  ],
  finish: 'Go to Cloister',
} as const;
