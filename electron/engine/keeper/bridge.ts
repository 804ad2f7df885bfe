import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * Joins two connections. `pipe` holds the faster side back; whichever ends first ends the other, so a caller that goes
 * away makes the engine stop generating.
 */
function join(caller: Socket, engine: Socket): void {
  caller.setNoDelay(true);
  engine.setNoDelay(true);
  caller.pipe(engine);
  engine.pipe(caller);
  caller.on('error', () => engine.destroy());
  engine.on('error', () => caller.destroy());
  caller.on('close', () => engine.destroy());
  engine.on('close', () => caller.end());
}

/** Offers `127.0.0.1:port` of this network namespace as a unix socket that only this user may open. */
export async function openBridge(socket: string, port: number): Promise<Server> {
  const server = createServer((caller) => join(caller, connect({ host: '127.0.0.1', port })));
  process.umask(0o177);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  process.umask(0o077);
  return server;
}
