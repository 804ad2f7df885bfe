export { runProgram, type ProgramDeps } from './program.ts';
export { terminalDialogs } from './dialogs.ts';
