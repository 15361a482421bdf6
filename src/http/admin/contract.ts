import { z } from 'zod';

/**
 * The words of the admin API: each schema describes an answer or a parameter, the OpenAPI document is made from them, and
 * whoever calls it (the command line, the demo, later the console) takes its types from here.
 */

const count = z.int().min(0);
const epochMs = z.number().describe('Epoch milliseconds.');

export const DeadLetterView = z.object({
  box: z.enum(['inbox', 'outbox']),
  seq: z.int().positive(),
  channel: z.string(),
  lane: z.string().describe('The conversation it belongs to.'),
  code: z.string().describe('Why it was given up; see the table of codes.'),
  attempts: count,
  at: epochMs,
});

export const DeadLetterList = z.object({ items: z.array(DeadLetterView) });

export const DeadLetterQuery = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) });

export const ReplayParams = z.object({
  box: z.enum(['inbox', 'outbox']),
  seq: z.coerce.number().int().positive(),
});

export const ReplayResult = z.object({ box: z.enum(['inbox', 'outbox']), seq: z.int(), replayed: z.literal(true) });

export const ConnectionView = z.object({
  state: z
    .enum(['connecting', 'open', 'closed', 'elsewhere'])
    .describe('`elsewhere`: another process of this gateway holds it; ask that one how it is.'),
  holder: z.string().optional().describe('With `elsewhere`: the `worker` of the process that holds it.'),
  lastFrameAt: epochMs.optional(),
  attempts: count,
});

export const GatewayStatus = z.object({
  version: z.string(),
  pid: z.int(),
  worker: z.string().describe('This process among those of the gateway, anew with each start.'),
  startedAt: epochMs,
  uptimeSeconds: z.number(),
  channels: z.array(
    z.object({
      name: z.string(),
      platform: z.string(),
      agent: z.string(),
      connection: ConnectionView.optional().describe('Absent where deliveries come by webhook.'),
    }),
  ),
  agents: z.array(z.object({ name: z.string(), kind: z.string(), title: z.string() })),
  inbox: z.object({ waiting: count, claimed: count, dead: count, oldestAt: epochMs.optional() }),
  outbox: z.object({ waiting: count, dead: count }),
  activeLanes: count.describe('Conversations being worked on now.'),
});

export const TraceView = z.object({
  channel: z.string(),
  key: z.string().describe('The event key; joins the steps of one message.'),
  turn: z.string().optional(),
  message: z.string().optional(),
  step: z.string(),
  at: epochMs,
  ms: z.number().optional().describe('Milliseconds since the step before.'),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

export const RefusalView = z.object({ code: z.string() });

export type GatewayStatus = z.infer<typeof GatewayStatus>;
export type ConnectionView = z.infer<typeof ConnectionView>;

interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly answer: { readonly type: string; readonly schema: z.ZodType };
  readonly refusals: readonly number[];
}

const JSON_ANSWER = 'application/json';

export const OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/status',
    id: 'getStatus',
    summary: 'What the gateway is connected to and how much waits.',
    answer: { type: JSON_ANSWER, schema: GatewayStatus },
    refusals: [401, 403, 503],
  },
  {
    method: 'get',
    path: '/api/v1/dead-letters',
    id: 'listDeadLetters',
    summary: 'Items that were given up, newest first.',
    query: DeadLetterQuery,
    answer: { type: JSON_ANSWER, schema: DeadLetterList },
    refusals: [400, 401, 403, 503],
  },
  {
    method: 'post',
    path: '/api/v1/dead-letters/{box}/{seq}/replay',
    id: 'replayDeadLetter',
    summary: 'Puts a dead letter back to work.',
    params: ReplayParams,
    answer: { type: JSON_ANSWER, schema: ReplayResult },
    refusals: [400, 401, 403, 404, 503],
  },
  {
    method: 'get',
    path: '/api/v1/traces',
    id: 'streamTraces',
    summary:
      'The steps of messages as they happen (server-sent events, one JSON object each); 404 unless traces are on.',
    answer: { type: 'text/event-stream', schema: TraceView },
    refusals: [401, 403, 404],
  },
];

/** The OpenAPI 3.1 document of the admin API. */
export function openApi(version: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Posthouse admin API',
      version,
      description:
        'For operators. Every call carries the ADMIN_TOKEN as a bearer token; without one set, nobody gets in.',
    },
    security: [{ adminToken: [] }],
    paths,
    components: { securitySchemes: { adminToken: { type: 'http', scheme: 'bearer' } } },
  };
}

function describe(operation: Operation): object {
  const refused = { content: { [JSON_ANSWER]: { schema: schemaOf(RefusalView) } } };
  const refusals = operation.refusals.map((status) => [status, { description: refusalText(status), ...refused }]);
  const { type, schema } = operation.answer;
  return {
    operationId: operation.id,
    summary: operation.summary,
    parameters: [...parametersOf(operation.params, 'path'), ...parametersOf(operation.query, 'query')],
    responses: {
      200: { description: 'Done.', content: { [type]: { schema: schemaOf(schema) } } },
      ...Object.fromEntries(refusals),
    },
  };
}

const REFUSAL_TEXTS: Readonly<Record<number, string>> = {
  400: 'A parameter is wrong.',
  401: 'The token is missing or wrong.',
  403: 'No ADMIN_TOKEN is set.',
  404: 'There is no such thing.',
  503: 'The store does not answer.',
};

function refusalText(status: number): string {
  return REFUSAL_TEXTS[status] ?? 'Refused.';
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: schemaOf(part as z.ZodType),
  }));
}

function schemaOf(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return rest;
}
