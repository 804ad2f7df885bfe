import type { ModelRules } from '../../../shared/contract/types.ts';
import { count, number } from '../format.ts';

type From = ModelRules['publishers']['publishers'][number]['from'];

/** What is decided about models beforehand, and by whom. */
export const rules = {
  title: 'Your organisation decides which models run here',
  strictest: 'The policy file of this computer cannot be trusted, so the strictest rules hold',
  allowPull: 'Models cannot be downloaded here. Ask your administrator for one as a bundle, and bring it in as a file.',
  allowOtherRegistries: 'Models come only from the registries that your organisation lists.',
  approval: 'A model admin approves each model before it runs. On this computer that is whoever owns its vault.',
  evaluation: 'A model that writes answers is tried before anybody approves it.',
  tryFirst: 'Your organisation wants it tried before it is approved.',
  whenChanged: 'A model is hashed once after each start and when its files change, not at every load.',
  always: 'Every byte of a model is hashed whenever it is loaded.',
  allowProcessor: 'Models run on a graphics card only, never on the processor.',
  allowSplit: 'Models run only where they fit in one piece, never half on the card and half in memory.',
  longestContext: (n: number) => `A conversation is ${number(n)} tokens long at most.`,
  publishers: 'Your organisation lists the publishers whose models need no second look.',
  noPull: 'Your organisation does not allow downloads.',
  notAllowed: 'Not allowed here',
  approveRequired:
    'Your organisation wants each model approved by a model admin. On this computer that is you, as the owner of its vault; the record says who approved it.',
  who: {
    title: 'Publishers',
    words: 'Whose new models need no second look. All others wait for your approval.',
    locked: 'Set by your organisation; a list of your own does not count.',
    own: 'Take a signed list of your own with: cloister models publishers import FILE',
    list: (sequence: number, until: string) => `Signed list ${number(sequence)}, valid until ${until}`,
    signer: 'Signed by',
    none: 'Nobody is listed: every new model waits for approval.',
    some: (names: number) => count(names, 'publisher'),
    show: 'Show publishers',
    hide: 'Hide',
    key: (key: string) => `key ${key}`,
    from: {
      usual: 'as Cloister comes',
      policy: 'set by policy',
      organisation: 'your organisation’s list',
      person: 'your own list',
    } as const satisfies Record<From, string>,
    problem: 'The newest list of publishers was not taken',
    problemStays: 'The last good list holds on.',
    problemNobody: 'Nobody is listed by it until a good one is there: new models wait for approval.',
    problems: {
      signature: 'Its signature does not hold: it was changed, or another key signed it.',
      expired: 'It is no longer valid.',
      older: 'It is older than a list that was taken before.',
      same_number: 'It has the number of a list that was taken before, and says something else.',
      junk: 'It is signed, but it is no list of publishers.',
      too_large: 'It is too large.',
      unreadable: 'It is not there, or cannot be read.',
    } as Readonly<Record<string, string>>,
  },
} as const;
