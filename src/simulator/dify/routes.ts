import { infoOf, metaOf, parametersOf, siteOf } from './apps.ts';
import { audioToText } from './audio.ts';
import type { Call } from './call.ts';
import { isUuid } from './chance.ts';
import { deleteConversation, listConversations, listVariables, renameConversation } from './conversations.ts';
import { preview, upload } from './files.ts';
import { giveFeedback, listFeedbacks, listMessages, suggested } from './messages.ts';
import { readForm, submitForm } from './open-forms.ts';
import { chatMessages, completionMessages, runWorkflow } from './questions.ts';
import { joinRun, readRun, stopChat, stopCompletion, stopWorkflow } from './tasks.ts';

export type Handler = (call: Call) => void | Promise<void>;

/** `{id}` takes a UUID only, `:name` anything. All under `/v1`. */
const TABLE: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/info', (call) => call.send(200, infoOf(call.app))],
  ['GET', '/parameters', (call) => call.send(200, parametersOf(call.app))],
  ['GET', '/site', (call) => call.send(200, siteOf(call.app, call.world.flavour))],
  ['GET', '/meta', (call) => call.send(200, metaOf(call.app))],
  ['POST', '/chat-messages', chatMessages],
  ['POST', '/chat-messages/:task/stop', stopChat],
  ['POST', '/completion-messages', completionMessages],
  ['POST', '/completion-messages/:task/stop', stopCompletion],
  ['POST', '/workflows/run', runWorkflow],
  ['GET', '/workflows/run/:run', readRun],
  ['POST', '/workflows/:version/run', runWorkflow],
  ['POST', '/workflows/tasks/:task/stop', stopWorkflow],
  ['GET', '/workflow/:run/events', joinRun],
  ['GET', '/conversations', listConversations],
  ['DELETE', '/conversations/{id}', deleteConversation],
  ['POST', '/conversations/{id}/name', renameConversation],
  ['GET', '/conversations/{id}/variables', listVariables],
  ['GET', '/messages', listMessages],
  ['GET', '/messages/{id}/suggested', suggested],
  ['POST', '/messages/{id}/feedbacks', giveFeedback],
  ['GET', '/app/feedbacks', listFeedbacks],
  ['POST', '/files/upload', upload],
  ['GET', '/files/{id}/preview', preview],
  ['POST', '/audio-to-text', audioToText],
  ['GET', '/form/human_input/:token', readForm],
  ['POST', '/form/human_input/:token', submitForm],
];

interface Pattern {
  readonly parts: readonly string[];
  readonly methods: Map<string, Handler>;
}

const FIXED = new Map<string, Map<string, Handler>>();
const PATTERNS: Pattern[] = [];
for (const [method, path, handler] of TABLE) methodsOf(path).set(method, handler);

function methodsOf(path: string): Map<string, Handler> {
  if (!/[{:]/.test(path)) {
    const known = FIXED.get(path) ?? new Map<string, Handler>();
    FIXED.set(path, known);
    return known;
  }
  const parts = path.split('/');
  const known = PATTERNS.find((pattern) => pattern.parts.join('/') === path);
  if (known !== undefined) return known.methods;
  const methods = new Map<string, Handler>();
  PATTERNS.push({ parts, methods });
  return methods;
}

export type Found =
  | { readonly kind: 'handler'; readonly handler: Handler; readonly params: readonly string[] }
  | { readonly kind: 'wrong-method' }
  | undefined;

/** Who answers to that path below `/v1`; undefined for nobody. */
export function findRoute(method: string, path: string): Found {
  const fixed = FIXED.get(path);
  if (fixed !== undefined) return answer(fixed, method, []);
  const parts = path.split('/');
  for (const pattern of PATTERNS) {
    const params = match(pattern.parts, parts);
    if (params !== undefined) return answer(pattern.methods, method, params);
  }
  return undefined;
}

function answer(methods: Map<string, Handler>, method: string, params: readonly string[]): Found {
  const handler = methods.get(method);
  return handler === undefined ? { kind: 'wrong-method' } : { kind: 'handler', handler, params };
}

function match(pattern: readonly string[], parts: readonly string[]): string[] | undefined {
  if (pattern.length !== parts.length) return undefined;
  const params: string[] = [];
  for (const [at, wanted] of pattern.entries()) {
    const given = parts[at] ?? '';
    const free = wanted.startsWith(':') ? given !== '' : wanted === '{id}' && isUuid(given);
    if (free) params.push(decodeURIComponent(given));
    else if (wanted !== given) return undefined;
  }
  return params;
}
