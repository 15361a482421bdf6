import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AppChange, type NewApp, type NewFault, SIM_PATHS, type SimAction, type SimSettings } from './contract.ts';
import { FAULT_KINDS } from './faults.ts';
import { BodyTooLarge, readBody, sendJson, sendZeros } from './http.ts';
import type { LiveStream } from './live-stream.ts';
import { mayControl } from './may-control.ts';
import type { PlatformSide } from './platform-side.ts';
import { resourceView } from './resources.ts';
import type { Simulation } from './simulation.ts';
import { isTrace } from './traces.ts';

/** A refusal of the control API; thrown where the fact is known. */
class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly zh: string;

  constructor(status: number, code: string, zh: string, en: string) {
    super(en);
    this.status = status;
    this.code = code;
    this.zh = zh;
  }
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** What follows the collection's name in the path. */
  readonly rest: readonly string[];
}

const MAX_BODY_BYTES = 110 * 1024 * 1024;
const DEFAULT_MESSAGES = 50;

/** Answers everything below `/sim/`. */
export function createControl(
  simulation: Simulation,
  live: LiveStream,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { platforms, shared, traces, gateway } = simulation;
  const { faults, wire, resources } = shared;

  const sideOf = (kind: string): PlatformSide => {
    const side = platforms.find((one) => one.kind === kind);
    if (side === undefined)
      throw new Refused(404, 'unknown_platform', `没有平台 ${kind}`, `there is no platform ${kind}`);
    return side;
  };

  const routes: Readonly<Record<string, (asked: Asked) => unknown>> = {
    'GET events': ({ request, response }) => {
      live.open(request, response);
      return STREAMING;
    },
    'GET state': () => simulation.snapshot(),
    'POST actions': async ({ request }) => {
      const action = (await json(request)) as SimAction;
      return sideOf(action.platform).perform(action);
    },
    'POST resources': async ({ request, query }) => resourceView(await simulation.upload(request, query.get('name'))),
    'GET resources/:id': ({ response, rest }) => {
      const found = resources.find(rest[0] ?? '');
      if (found === undefined) throw new Refused(404, 'unknown_resource', '没有这个文件', 'there is no such file');
      const isPicture = found.mime.startsWith('image/') && found.mime !== 'image/svg+xml';
      response.writeHead(200, {
        'content-type': isPicture || found.mime.startsWith('audio/') ? found.mime : 'application/octet-stream',
        'content-length': String(found.bytes),
        'x-content-type-options': 'nosniff',
        ...(isPicture
          ? {}
          : { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}` }),
      });
      if (found.content === undefined) sendZeros(response, found.bytes);
      else response.end(found.content);
      return STREAMING;
    },
    'GET messages': ({ query }) => {
      const side = sideOf(query.get('platform') ?? 'feishu');
      const limit = Number(query.get('limit') ?? DEFAULT_MESSAGES);
      return side.messageViews(query.get('chat') ?? '', limit, query.get('before') ?? undefined);
    },
    'GET approvals': ({ query }) => {
      const kind = query.get('platform');
      const sides = kind === null ? platforms : [sideOf(kind)];
      return sides.flatMap((side) => side.approvalViews()).toSorted((one, other) => other.at - one.at);
    },
    'GET wire': ({ query }) => wire.list(query.has('limit') ? Number(query.get('limit')) : undefined),
    'DELETE wire': () => wire.clear(),
    'GET wire/:id': ({ rest }) => {
      const found = wire.find(rest[0] ?? '');
      if (found === undefined) throw new Refused(404, 'unknown_entry', '没有这条记录', 'there is no such entry');
      return found;
    },
    'GET faults': () => faults.list,
    'POST faults': async ({ request }) => simulation.addFault(checkFault(await json(request))),
    'DELETE faults': () => faults.clear(),
    'DELETE faults/:id': ({ rest }) => void faults.remove(rest[0] ?? ''),
    'GET gateway': () => gateway.state,
    'POST gateway/:id': async ({ rest }) => {
      if (rest[0] !== 'kill') throw new Refused(404, 'unknown_path', '没有这个地址', 'there is no such address');
      if (gateway.killer === undefined) {
        throw new Refused(409, 'not_ours', '网关不是由演示启动的', 'the gateway was not started from here');
      }
      await gateway.killer();
      return gateway.state;
    },
    'GET trace': ({ query }) => {
      const [key, message] = [query.get('key'), query.get('message')];
      return traces.list({ ...(key === null ? {} : { key }), ...(message === null ? {} : { message }) });
    },
    'POST trace': async ({ request }) => {
      const given = await json(request);
      for (const event of Array.isArray(given) ? given : [given]) if (isTrace(event)) traces.add(event);
    },
    'GET settings': () => simulation.settings,
    'PATCH settings': async ({ request }) => simulation.change((await json(request)) as Partial<SimSettings>),
    'POST reset': ({ query }) => {
      const { renewer } = gateway;
      return renewer === undefined || query.get('gateway') === 'keep'
        ? simulation.reset()
        : renewer(() => simulation.reset());
    },
    'GET apps': () => platforms.flatMap((side) => side.appViews()),
    'POST apps': async ({ request }) => {
      const wanted = (await json(request)) as NewApp;
      return sideOf(wanted.platform).createApp(wanted);
    },
    'PATCH apps/:id': async ({ request, rest }) => {
      const change = (await json(request)) as AppChange;
      return first(platforms, (side) => side.changeApp(rest[0] ?? '', change));
    },
    'POST apps/:id/check': async ({ rest }) => {
      for (const side of platforms) {
        const checked = await side.checkApp(rest[0] ?? '');
        if (checked !== undefined) return checked;
      }
      throw noApp();
    },
  };

  return async (request, response) => {
    const [path = '', search = ''] = (request.url ?? '').split('?');
    const [name = '', ...rest] = path.slice('/sim/'.length).split('/').map(decodeURIComponent);
    const shape = [name, ...rest.map((part, index) => (index === 0 ? ':id' : part))].join('/');
    const route = routes[`${request.method ?? ''} ${shape}`];
    try {
      if (!mayControl(request))
        throw new Refused(403, 'foreign_origin', '拒绝来自其他网站的请求', 'not from another site');
      if (route === undefined) throw new Refused(404, 'unknown_path', '没有这个地址', 'there is no such address');
      const result = await route({ request, response, query: new URLSearchParams(search), rest });
      if (result !== STREAMING) sendJson(response, 200, result ?? {});
    } catch (error) {
      answerError(response, error);
    }
  };
}

/** A route that has answered, or goes on answering, by itself. */
const STREAMING = Symbol('streaming');

function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const refused =
    error instanceof Refused
      ? error
      : error instanceof BodyTooLarge
        ? new Refused(413, 'body_too_large', '内容太大', error.message)
        : new Refused(400, 'impossible', '做不到', error instanceof Error ? error.message : 'it cannot be done');
  sendJson(response, refused.status, {
    error: { code: refused.code, text: { zh: refused.zh, en: refused.message } },
  });
}

function noApp(): Refused {
  return new Refused(404, 'unknown_app', '没有这个应用', 'there is no such app');
}

function first<T>(platforms: readonly PlatformSide[], find: (side: PlatformSide) => T | undefined): T {
  for (const side of platforms) {
    const found = find(side);
    if (found !== undefined) return found;
  }
  throw noApp();
}

async function json(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request, MAX_BODY_BYTES)).toString();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below.
  }
  throw new Refused(
    400,
    'not_json',
    '请求正文不是 JSON',
    `the body is not JSON; see ${SIM_PATHS.state} for what there is`,
  );
}

function checkFault(value: unknown): NewFault {
  const fault = value as Partial<NewFault>;
  if (fault.kind === undefined || !FAULT_KINDS.includes(fault.kind)) {
    throw new Refused(400, 'unknown_fault', '没有这种故障', `a fault is one of ${FAULT_KINDS.join(', ')}`);
  }
  return { ...fault, kind: fault.kind };
}
