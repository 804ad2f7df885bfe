import { contextBridge, ipcRenderer } from 'electron';
import { buildBridge } from './host/shared/bridge.ts';
import { callChannel, newsChannel } from './host/electron/channels.ts';
import { eventNames, methodNames } from '../shared/contract/names.ts';

const bridge = buildBridge(
  methodNames,
  eventNames,
  (method, input) => ipcRenderer.invoke(callChannel(method), input),
  (event, listener) => {
    const hear = (_event: unknown, payload: unknown): void => listener(payload);
    ipcRenderer.on(newsChannel(event), hear);
    return () => void ipcRenderer.removeListener(newsChannel(event), hear);
  },
);
contextBridge.exposeInMainWorld('cloister', bridge);
