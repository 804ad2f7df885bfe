export { askHolder, openControlDoor, type ControlDoor } from './control/index.ts';
export { createGateway } from './create-gateway.ts';
export type { Gateway, GatewayAddress, GatewayDeps, ServedModel } from './types.ts';
