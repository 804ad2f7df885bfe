export { sandboxCommand } from './command.ts';
export { FrameCollector, frameHeader, frameHeaderBytes } from './frames.ts';
export { startSandboxed, type SandboxedProcess } from './start.ts';
export { findSandbox } from './tools.ts';
export type { Command, EndReason, Sandbox, SandboxProgram, SandboxTools } from './types.ts';
