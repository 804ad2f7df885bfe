export { askHolder } from './ask.ts';
export { openControlDoor, type ControlDoor } from './door.ts';
