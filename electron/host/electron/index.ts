export { startElectron, type HostedApplication } from './start.ts';
