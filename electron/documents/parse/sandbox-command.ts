import {
  sandboxCommand as commandOf,
  type Command,
  type SandboxProgram,
  type SandboxTools,
} from '../../sandbox/index.ts';
import { limits } from './limits.ts';

/** The parser, with pdf.js's data beside it. */
export const parserProgram = ({ node, entry }: { node: string; entry: string }): SandboxProgram => ({
  node,
  entry,
  data: 'pdfjs',
  limits,
});

export const sandboxCommand = (input: { node: string; entry: string; tools: SandboxTools }): Command =>
  commandOf(parserProgram(input), input.tools);
