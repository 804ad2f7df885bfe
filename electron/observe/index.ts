export { createDiagnostics, type DiagnosticsLog } from './diagnostics.ts';
