import type { Passport } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Facts, Hash } from '../../ui/index.ts';
import { TrustBadge } from './model-state.tsx';

const words = t.passports;

export function publisherWords({ publisher: { name, listed } }: Passport): string {
  if (name === null) return words.unknown;
  return listed ? words.publisherListed(name) : words.publisherUnlisted(name);
}

export function signatureWords({ publisher: { signature } }: Passport): string {
  if (signature === null) return words.signatureNone;
  return signature.ok ? words.signatureGood : words.signatureBad;
}

export function templateWords({ template, approvals }: Passport): string {
  if (template === null) return words.templateNone;
  if (template.diff !== null) return words.templateChanged;
  return approvals.some(({ action }) => action === 'approved') ? words.templateSame : words.templateFirst;
}

export const weightsOf = ({ layers }: Passport): string | null =>
  layers.find(({ role }) => role === 'weights')?.digest ?? null;

export function checkedWords({ verifications }: Passport): string {
  const last = verifications.at(-1);
  if (last === undefined) return words.noVerifications;
  const good = verifications.filter(({ ok }) => ok).length;
  return `${words.verificationsWords(verifications.length, good)}, ${format.ago(last.at)}`;
}

/** Whether it may run, and why. */
export function PassportState({ passport: { state, reason } }: { readonly passport: Passport }) {
  return (
    <div className="standing">
      <TrustBadge state={state} />
      <span className="small soft">{reason === null || reason === '' ? words.stateWords[state] : reason}</span>
    </div>
  );
}

/** What people ask first. The dialog has the rest. */
export function PassportSummary({ passport }: { readonly passport: Passport }) {
  const { facts } = words;
  const weights = weightsOf(passport);
  return (
    <Facts
      rows={[
        [facts.publisher, publisherWords(passport)],
        [facts.licence, passport.licence.name ?? words.unknown],
        weights === null
          ? null
          : [facts.weights, <Hash key="weights" value={weights} what={words.hashOf(facts.weights)} />],
        [facts.template, templateWords(passport)],
        [facts.signature, signatureWords(passport)],
        [facts.checked, checkedWords(passport)],
        [facts.size, format.bytes(passport.size)],
      ]}
    />
  );
}

/** Everything but the layers and the histories. */
export function PassportFacts({ passport }: { readonly passport: Passport }) {
  const { facts } = words;
  const { source, publisher, parameters, context, template } = passport;
  const { signature } = publisher;
  return (
    <Facts
      rows={[
        [facts.source, `${words.source[source.kind](source.address ?? words.unknown)}, ${format.ago(source.at)}`],
        [facts.publisher, publisherWords(passport)],
        [facts.signature, signatureWords(passport)],
        signature === null ? null : [words.key, <Hash key="key" value={signature.key} what={words.key} />],
        [facts.licence, passport.licence.name ?? words.unknown],
        [facts.architecture, passport.architecture ?? words.unknown],
        [facts.parameters, parameters === null ? words.unknown : words.parameters(parameters)],
        [facts.quantization, passport.quantization ?? words.unknown],
        [facts.context, context === null ? words.unknown : words.tokens(context)],
        [facts.template, templateWords(passport)],
        template === null
          ? null
          : [words.templateHash, <Hash key="template" value={template.sha256} what={words.templateHash} />],
        [facts.size, format.bytes(passport.size)],
        [facts.digest, <Hash key="digest" value={passport.digest} what={facts.digest} />],
        [facts.firstSeen, format.exactTime(passport.firstSeen)],
      ]}
    />
  );
}
