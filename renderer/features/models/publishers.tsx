import { KeyRound, Lock, Server } from 'lucide-react';
import { useState } from 'react';
import { Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import type { PublisherRules } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Badge, Button, Hash, Notice } from '../../ui/index.ts';
import { useRules } from './rules.ts';

type Publisher = PublisherRules['publishers'][number];

/** Whose models need no second look, which list says so, and who locked it. */
export function PublishersCard() {
  const rules = useRules((state) => state.rules?.publishers ?? null);
  const [shown, setShown] = useState(false);
  if (rules === null) return null;
  const { publishers, locked, list, problem } = rules;
  const words = t.rules.who;
  return (
    <Disclosure className="card add-model" isExpanded={shown} onExpandedChange={setShown}>
      <div className="add-head">
        <div>
          <Heading level={2} className="publishers-title">
            {words.title}
            {locked ? (
              <Badge tone="soft" icon={Lock}>
                {words.from[list?.from ?? 'policy']}
              </Badge>
            ) : null}
          </Heading>
          <p className="small soft">{publishers.length === 0 ? words.none : words.words}</p>
        </div>
        <Button slot="trigger" size="small">
          {shown ? words.hide : words.show}
        </Button>
      </div>
      {problem === null ? null : <ListProblem problem={problem} stays={list !== null} />}
      <DisclosurePanel>
        <ul className="publishers">
          {publishers.map((one) => (
            <Line key={`${one.from} ${one.name} ${one.registry ?? ''} ${one.key ?? ''}`} publisher={one} />
          ))}
        </ul>
        {list === null ? null : (
          <p className="small soft">
            {words.list(list.sequence, format.exactTime(list.validUntil))}. {words.signer}{' '}
            <Hash value={list.key} what={t.passports.key} />
          </p>
        )}
        <p className="small soft">{locked ? words.locked : words.own}</p>
      </DisclosurePanel>
    </Disclosure>
  );
}

function Line({ publisher: { name, registry, key, from } }: { readonly publisher: Publisher }) {
  const words = t.rules.who;
  const Icon = registry === null ? KeyRound : Server;
  return (
    <li>
      <Icon size={16} strokeWidth={1.75} className="tone-soft" aria-hidden />
      <strong>{name}</strong>
      {registry === null ? (
        <Hash value={key ?? ''} what={t.passports.key} />
      ) : (
        <code className="mono small">{registry}</code>
      )}
      <span className="small soft">{words.from[from]}</span>
    </li>
  );
}

function ListProblem({
  problem,
  stays,
}: {
  readonly problem: NonNullable<PublisherRules['problem']>;
  readonly stays: boolean;
}) {
  const words = t.rules.who;
  return (
    <Notice kind={stays ? 'caution' : 'bad'} title={words.problem}>
      {words.problems[problem.code] ?? problem.reason} {stays ? words.problemStays : words.problemNobody}
    </Notice>
  );
}
