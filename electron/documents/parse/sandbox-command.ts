import {
  sandboxCommand as commandOf,
  type Command,
  type SandboxProgram,
  type SandboxTools,
} from '../../sandbox/index.ts';
import { limits } from './limits.ts';

interface ParserFiles {
  readonly node: string;
  readonly entry: string;
  /** Null or left out: the entry itself is started. */
  readonly snapshot?: string | null;
}

/**
 * Most files are read before V8's last compiler has earned what it costs: without it a few pages take a quarter less, large
 * files as long as before (plain text a quarter more), and a hole in it is none here.
 */
const flags = ['--no-turbofan'];

/** The parser, with pdf.js's data beside it. */
export const parserProgram = ({ node, entry, snapshot }: ParserFiles): SandboxProgram => ({
  node,
  entry,
  data: 'pdfjs',
  ...(typeof snapshot === 'string' ? { snapshot } : {}),
  flags,
  limits,
});

export const sandboxCommand = (input: ParserFiles & { tools: SandboxTools }): Command =>
  commandOf(parserProgram(input), input.tools);
