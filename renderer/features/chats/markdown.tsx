import { createContext, memo, useContext, useMemo, type ReactNode } from 'react';
import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { t } from '../../i18n/index.ts';
import { CopyButton } from '../../ui/index.ts';
import { closeMarks, splitBlocks, type Block } from './blocks.ts';
import { citationChips } from './citations.ts';
import { showLink } from './links.ts';
import './prose.css';

export interface MarkdownProps {
  readonly text: string;
  /** Numbers in brackets stand for sources. */
  readonly cited: boolean;
  readonly growing: boolean;
}

/** One renderer for the growing and the finished answer: React nodes, no HTML, nothing loaded, nothing opened. */
export const Markdown = memo(function Markdown({ text, cited, growing }: MarkdownProps) {
  const blocks = useMemo(() => splitBlocks(text), [text]);
  return (
    <div className="prose">
      {blocks.map((block, at) => {
        const last = growing && at === blocks.length - 1;
        return block.kind === 'code' ? (
          <CodeBlock key={at} source={block.source} language={block.language} />
        ) : (
          <MarkdownBlock key={at} source={last ? closeMarks(block.source) : block.source} cited={cited} />
        );
      })}
    </div>
  );
});

const asIs = (address: string): string => address;

const textOf = (children: ReactNode): string => {
  if (typeof children === 'string') return children;
  return Array.isArray(children) ? children.map((child: ReactNode) => textOf(child)).join('') : '';
};

function ShownLinkText({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const { target, copyable } = showLink(textOf(children), href);
  return (
    <span className="link" title={t.chats.linkNote}>
      <span className="link-words">{children}</span>
      {target === null ? null : <span className="link-target"> ({target})</span>}
      {copyable ? <CopyButton text={href} label={t.chats.linkCopy} /> : null}
    </span>
  );
}

const AnswerHeading = ({ children }: { readonly children?: ReactNode }) => <h2>{children}</h2>;

const components: Components = {
  a: ({ href, children }) => <ShownLinkText href={href ?? ''}>{children}</ShownLinkText>,
  img: ({ alt, src }) => (
    <span className="picture">
      {t.chats.picture(alt ?? '')}
      {typeof src === 'string' && src !== '' ? <span className="link-target"> ({src})</span> : null}
    </span>
  ),
  cite: ({ node }) => {
    const value = Number(node?.properties['dataCitation']);
    return Number.isInteger(value) ? <ChipOf value={value} /> : null;
  },
  input: ({ checked }) => <span aria-label={checked === true ? '✓' : '–'}>{checked === true ? '☑ ' : '☐ '}</span>,
  table: ({ children }) => (
    <div className="table-frame scrolls" role="region" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  // A model starts at any level. Under the title of the talk they are all of the next one.
  h1: AnswerHeading,
  h2: AnswerHeading,
  h3: AnswerHeading,
  h4: AnswerHeading,
  h5: AnswerHeading,
  h6: AnswerHeading,
};

/**
 * What a number in brackets becomes. By context, not by property: when the sources arrive at the end of an answer the
 * numbers change and nothing is parsed again.
 */
export const ChipContext = createContext<(value: number) => ReactNode>((value) => `[${value}]`);

const ChipOf = ({ value }: { readonly value: number }) => useContext(ChipContext)(value);

const highestNumber = 99;
const plugins = {
  cited: [
    [remarkGfm, { singleTilde: false }],
    [citationChips, { most: highestNumber }],
  ],
  plain: [[remarkGfm, { singleTilde: false }]],
} satisfies Record<string, Options['remarkPlugins']>;

const MarkdownBlock = memo(function MarkdownBlock({
  source,
  cited,
}: {
  readonly source: string;
  readonly cited: boolean;
}) {
  return (
    <ReactMarkdown remarkPlugins={cited ? plugins.cited : plugins.plain} urlTransform={asIs} components={components}>
      {source}
    </ReactMarkdown>
  );
});

const linesPerPiece = 60;

/** Long code is laid out in pieces, so that a growing one costs the same at its end as at its start. */
const CodeBlock = memo(function CodeBlock({ source, language }: Pick<Block, 'source' | 'language'>) {
  const pieces = useMemo(() => {
    const lines = source.split('\n');
    const count = Math.ceil(lines.length / linesPerPiece);
    return Array.from({ length: count }, (_, at) =>
      lines.slice(at * linesPerPiece, (at + 1) * linesPerPiece).join('\n'),
    );
  }, [source]);
  return (
    <figure className="code">
      <figcaption>
        <span>{language === '' ? t.chats.code : language}</span>
        <CopyButton text={source} />
      </figcaption>
      <pre className="scrolls" tabIndex={0} aria-label={t.chats.code}>
        {pieces.map((piece, at) => (
          <CodePiece key={at} text={piece} />
        ))}
      </pre>
    </figure>
  );
});

const CodePiece = memo(function CodePiece({ text }: { readonly text: string }) {
  return (
    <code className="code-piece">
      {text}
      {'\n'}
    </code>
  );
});
