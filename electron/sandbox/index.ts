export { sandboxCommand } from './command.ts';
export { FrameCollector, frameHeader, frameHeaderBytes } from './frames.ts';
export { startSandboxed } from './start.ts';
export { findSandbox } from './tools.ts';
export type { Command, EndReason, Sandbox, SandboxProgram, SandboxTools } from './types.ts';
