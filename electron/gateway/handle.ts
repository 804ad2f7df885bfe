import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CloisterError } from '../../shared/errors.ts';
import type { Caller } from '../inference/types.ts';
import type { Counters } from './counters.ts';
import { bearerOf, checkFrontDoor, isPreflight, preflightHeaders, welcome } from './front-door.ts';
import { openaiProblem } from './openai/problem.ts';
import { HttpProblem, problemOf } from './problems.ts';
import { readJson } from './read-body.ts';
import type { Exchange, Route } from './route.ts';
import { routes } from './routes.ts';
import type { GatewayDeps, GatewayLimits } from './types.ts';

/** For one gateway that listens. */
export interface Handling extends GatewayDeps {
  readonly limits: GatewayLimits;
  readonly counters: Counters;
  /** As `Host` must name it. */
  readonly host: string;
  /** Aborted when the gateway stops. */
  readonly stopping: AbortSignal;
}

const headersFor = (type: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  'Content-Type': type,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  ...more,
});

const jsonType = 'application/json; charset=utf-8';

/** One request from its first check to the end of its answer. Never throws. */
export async function handle(deps: Handling, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  deps.counters.began();
  let route: Route | null = null;
  try {
    const { origin } = checkFrontDoor(request, deps);
    if (origin !== null) welcome(response, origin);
    const path = pathOf(request);
    if (origin !== null && isPreflight(request)) {
      response.writeHead(204, preflightHeaders).end();
    } else if (path === '/healthz') {
      sendJson(response, 200, { status: 'ok' });
    } else {
      const { caller, token } = await callerOf(deps, request);
      route = routeFor(path, request.method ?? '');
      allow(route, caller);
      const signal = AbortSignal.any([left.signal, deps.stopping]);
      await route.answer(exchangeFor(deps, { request, response, caller, token, signal }));
    }
  } catch (thrown) {
    tell(deps, response, thrown, route?.dialect ?? (request.url?.startsWith('/v1/') === true ? 'openai' : 'ollama'));
  } finally {
    deps.counters.ended();
    deps.counters.answered(route?.path ?? 'none', response.statusCode);
  }
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] ?? '/';

async function callerOf(deps: Handling, request: IncomingMessage): Promise<{ caller: Caller; token: string }> {
  const token = bearerOf(request);
  const caller = token === null ? null : await deps.verify(token);
  // A token of our own doors opens only those.
  if (token === null || caller?.origin !== 'gateway') {
    throw new CloisterError('unauthenticated', 'Send a token of this session: Authorization: Bearer <token>.');
  }
  return { caller, token };
}

function routeFor(path: string, method: string): Route {
  const here = routes.filter((route) => route.path === path);
  const route = here.find((each) => each.method === method);
  if (route !== undefined) return route;
  if (here.length === 0) throw new HttpProblem(404, 'This is not offered here.');
  throw new HttpProblem(405, 'Not by this method.', { Allow: here.map((each) => each.method).join(', ') });
}

function allow({ scope }: Route, caller: Caller): void {
  if (scope === null || caller.scopes.includes(scope)) return;
  throw new CloisterError('forbidden', 'This token does not allow that request.', { detail: { scope } });
}

interface Known {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  readonly token: string;
  readonly signal: AbortSignal;
}

function exchangeFor(deps: Handling, { request, response, caller, token, signal }: Known): Exchange {
  const usable = (name: string): boolean => caller.models === null || caller.models.includes(name);
  return {
    response,
    token,
    path: deps.path,
    signal,
    patience: deps.limits.token,
    readerPatience: deps.limits.reader,
    body: () => {
      if (request.headers.expect !== undefined) response.writeContinue();
      return readJson(request, deps.limits.body);
    },
    models: async () => (await deps.models()).filter(({ name }) => usable(name)),
    loaded: async () => (await deps.loaded()).filter(({ name }) => usable(name)),
    engineVersion: () => deps.engineVersion(),
    counters: () => deps.counters.text(),
    headers: headersFor,
    json: (status, value, more) => sendJson(response, status, value, more),
    failedMidway: (thrown) => deps.note(randomUUID(), 'gateway', thrown),
  };
}

function sendJson(
  response: ServerResponse,
  status: number,
  value: object,
  more?: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, headersFor(jsonType, more)).end(JSON.stringify(value));
}

function tell(deps: Handling, response: ServerResponse, thrown: unknown, dialect: Route['dialect']): void {
  const problem = problemOf(thrown);
  if (problem.status === 500) deps.note(randomUUID(), 'gateway', thrown);
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const body = dialect === 'openai' ? openaiProblem(problem) : { error: problem.message };
  sendJson(response, problem.status, body, problem.headers);
}
