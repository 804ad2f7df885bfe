export { startElectron, type ElectronHostOptions, type ElectronParts, type HostedApplication } from './start.ts';
