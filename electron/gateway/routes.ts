import { ollamaRoutes } from './ollama/routes.ts';
import { openaiRoutes } from './openai/routes.ts';
import type { Route } from './route.ts';

const metrics: Route = {
  method: 'GET',
  path: '/metrics',
  scope: 'metrics.read',
  dialect: 'ollama',
  async answer(exchange) {
    const headers = exchange.headers('text/plain; version=0.0.4; charset=utf-8');
    exchange.response.writeHead(200, headers).end(exchange.counters());
  },
};

/** All that is offered. What is not in here does not exist: models are never made, pushed, copied or deleted this way. */
export const routes: readonly Route[] = [...ollamaRoutes, ...openaiRoutes, metrics];
