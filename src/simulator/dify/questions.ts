import { type AppMode, CHAT_MODES } from './apps.ts';
import { type Call, type JsonObject, requireUser } from './call.ts';
import { isUuid } from './chance.ts';
import type { Checked } from './checked.ts';
import { readFiles, readInputs } from './inputs.ts';
import { badRequest, invalidParam, notFound, tooManyRequests, validatorDump } from './refusals.ts';
import { startRun } from './start-run.ts';

/** `POST /chat-messages` */
export function chatMessages(call: Call): Promise<void> {
  call.requireMode(CHAT_MODES, 'not_chat_app');
  const body = call.json();
  const { mode } = call.app;
  if (typeof body.query !== 'string') throw validatorDump('ChatRequestPayload', 'query', 'Field required');
  const query = body.query.replaceAll('\0', '');
  if (query === '' && mode === 'advanced-chat') throw invalidParam('query is required');
  const id = conversationId(body);
  const asker = readAsker(call, body, 'ChatRequestPayload');
  const known = id === undefined ? undefined : call.world.store.conversation(id, call.app, asker.user);
  if (id !== undefined && known === undefined && mode !== 'advanced-chat') throw notFound('Conversation Not Exists.');
  if (id !== undefined && known === undefined) {
    const { unknownConversation } = call.world.flavour;
    if (unknownConversation === 'refuse') throw notFound('Conversation Not Exists.');
    if (unknownConversation === 'hang') return hangOn(call, asker.streaming);
  }
  return startRun(call, { ...asker, query, conversation: known, autoName: body.auto_generate_name !== false });
}

/** The worker did not find the conversation and died of it; the front process knows nothing and pings. */
async function hangOn(call: Call, streaming: boolean): Promise<void> {
  if (!streaming) throw notFound('Conversation Not Exists.');
  call.openStream(true).flush();
}

/** `POST /completion-messages` */
export function completionMessages(call: Call): Promise<void> {
  call.requireMode(['completion'], 'not_completion_app');
  const body = call.json();
  // The query stands in the inputs; at the top level is the old way.
  const inputs = body.inputs as JsonObject | undefined;
  const merged =
    typeof body.query === 'string' && inputs?.query === undefined
      ? { ...body, inputs: { ...inputs, query: body.query } }
      : body;
  const asker = readAsker(call, merged, 'CompletionRequestPayload');
  return startRun(call, {
    ...asker,
    query: textOf(asker.inputs.query),
    conversation: undefined,
    autoName: false,
  });
}

/** `POST /workflows/run` and `/workflows/{workflow_id}/run` */
export function runWorkflow(call: Call): Promise<void> {
  call.requireMode(['workflow'], 'not_workflow_app');
  const [version] = call.params;
  if (version !== undefined && version !== call.app.id) {
    if (version === 'draft' || !isUuid(version)) throw badRequest('Invalid workflow_id format');
    throw notFound(`Workflow not found with id: ${version}`);
  }
  const asker = readAsker(call, call.json(), 'WorkflowRunPayload');
  return startRun(call, {
    ...asker,
    query: textOf(asker.inputs.query),
    conversation: undefined,
    autoName: false,
  });
}

type Asker = Omit<Checked, 'query' | 'conversation' | 'autoName'>;

/** What the three ways to ask have in common, in the order in which Dify complains. */
function readAsker(call: Call, body: JsonObject, model: string): Asker {
  const { world, app } = call;
  if (typeof body.inputs !== 'object' || body.inputs === null || Array.isArray(body.inputs)) {
    throw validatorDump(
      model,
      'inputs',
      body.inputs === undefined ? 'Field required' : 'Input should be a valid dictionary',
    );
  }
  const user = requireUser(body.user);
  const streaming = isStreaming(app.mode, body.response_mode, model);
  const sender = { world, app, user };
  const inputs = readInputs(sender, body.inputs as JsonObject);
  const files = [...readFiles(sender, body.files), ...inputs.files];
  checkSlots(call);
  return { user, streaming, inputs: inputs.values, files };
}

function isStreaming(mode: AppMode, asked: unknown, model: string): boolean {
  if (asked !== undefined && asked !== null && asked !== 'streaming' && asked !== 'blocking') {
    throw validatorDump(model, 'response_mode', "Input should be 'blocking' or 'streaming'");
  }
  const streaming = asked === 'streaming' || (mode === 'agent' && asked == null);
  if (!streaming && mode === 'agent-chat') throw invalidParam('Agent Chat App does not support blocking mode');
  if (!streaming && mode === 'agent') throw badRequest('Agent App only supports streaming response mode.');
  return streaming;
}

function conversationId(body: JsonObject): string | undefined {
  const id = body.conversation_id;
  if (id === undefined || id === null || id === '') return undefined;
  if (typeof id === 'string' && isUuid(id)) return id;
  throw invalidParam('conversation_id must be a valid UUID', 'conversation_id');
}

function checkSlots({ world, app }: Call): void {
  const cap = app.maxActive ?? world.tuning.maxActive;
  if (cap > 0 && (world.active.get(app.id) ?? 0) >= cap) throw tooManyRequests(app.id, cap);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
