import { Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { useState } from 'react';
import type { Passport } from '../../../shared/contract/types.ts';
import { format, t } from '../../i18n/index.ts';
import { Button, Hash } from '../../ui/index.ts';

/** What the model is made of: each part with its share of the whole, and its hash. */
export function Layers({ layers }: Pick<Passport, 'layers'>) {
  const { layerColumns, role: roles } = t.passports;
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  return (
    <section className="passport-part">
      <h3>{t.passports.layers}</h3>
      <table className="layers">
        <thead>
          <tr>
            <th scope="col">{layerColumns.role}</th>
            <th scope="col">{layerColumns.size}</th>
            <th scope="col">{layerColumns.hash}</th>
          </tr>
        </thead>
        <tbody>
          {layers.map(({ role, digest, size, mediaType }, at) => (
            <tr key={`${digest} ${at}`}>
              <th scope="row" title={mediaType}>
                {roles[role]}
              </th>
              <td className="numbers">
                <span className="layer-share" aria-hidden>
                  <span style={{ width: `${Math.max(2, (100 * size) / Math.max(1, total))}%` }} />
                </span>
                {format.bytes(size)}
              </td>
              <td>
                <Hash value={digest} what={t.passports.hashOf(roles[role])} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const lookOf = (line: string): string => (line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : '');

/** Lines against the template approved last, each with its sign: colour is not alone. */
export function TemplateDiff({ template }: Pick<Passport, 'template'>) {
  if (typeof template?.diff !== 'string') return null;
  return (
    <section className="passport-part">
      <h3 id="template-diff">{t.passports.templateShow}</h3>
      <p className="small soft">{t.passports.templateWords}</p>
      <pre className="diff mono scrolls" tabIndex={0} role="region" aria-labelledby="template-diff">
        {template.diff.split('\n').map((line, at) => (
          <span key={at} className={`diff-line ${lookOf(line)}`}>
            {line}
            {'\n'}
          </span>
        ))}
      </pre>
    </section>
  );
}

export function LicenceText({ licence: { text } }: Pick<Passport, 'licence'>) {
  const [shown, setShown] = useState(false);
  if (text === null) return null;
  return (
    <Disclosure className="passport-part" isExpanded={shown} onExpandedChange={setShown}>
      <div className="add-head">
        <Heading level={3} id="licence-text">
          {t.passports.licenceText}
        </Heading>
        <Button
          slot="trigger"
          size="small"
          aria-label={`${shown ? t.passports.hideText : t.passports.showText}: ${t.passports.licenceText}`}
        >
          {shown ? t.passports.hideText : t.passports.showText}
        </Button>
      </div>
      <DisclosurePanel>
        <pre className="licence scrolls" tabIndex={0} role="region" aria-labelledby="licence-text">
          {text}
        </pre>
      </DisclosurePanel>
    </Disclosure>
  );
}
