/** The thread of a lease: it opens the connections and reads them. It ends with the lease. */
import { parentPort, workerData } from 'node:worker_threads';
import { refusalOf } from '../allow-list.ts';
import { createConnections } from './connection.ts';
import { Exchange } from './exchange.ts';
import { ExchangeError, failureOf } from './failures.ts';
import type { Ask, Order, Permission, Reply } from './messages.ts';

const { hosts, authorities, silence } = workerData as Permission;
const connections = createConnections(authorities);
const exchanges = new Map<number, Exchange>();
const tell = (reply: Reply): void =>
  parentPort?.postMessage(reply, reply.kind === 'piece' ? [reply.bytes.buffer as ArrayBuffer] : []);

function begin(ask: Ask): void {
  const { id } = ask;
  try {
    // The main thread has judged it; this thread opens nothing on a word alone.
    const reason = refusalOf(ask.url, hosts);
    if (reason !== null) throw new ExchangeError('refused', 'The address is not allowed for this purpose.', reason);
    exchanges.set(id, new Exchange(ask, { connections, silence, tell, onOver: () => exchanges.delete(id) }));
  } catch (thrown) {
    tell({ kind: 'end', id, failure: failureOf(thrown, 'line') });
  }
}

parentPort?.on('message', (order: Order) => {
  // One that has ended meanwhile has told so.
  const exchange = exchanges.get(order.id);
  if (order.kind === 'ask') begin(order);
  else if (order.kind === 'more') exchange?.more();
  else if (order.kind === 'save') exchange?.save(order.saving);
  else exchange?.cancel();
});
