export { createChats, type Chats, type ChatsDeps, type SendInput } from './service.ts';
