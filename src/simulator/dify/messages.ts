import { CHAT_MODES } from './apps.ts';
import { type Call, requireFound, requireUser } from './call.ts';
import { seconds } from './clock.ts';
import { queriedConversation } from './conversations.ts';
import { nextQuestions } from './demo-answers.ts';
import { badRequest, invalidParam } from './refusals.ts';
import type { AttachedFile, StoredMessage } from './rows.ts';
import type { GeneratedFile } from './steps.ts';

/** `GET /messages`: the newest before `first_id`, oldest first inside the page. */
export function listMessages(call: Call): void {
  call.requireMode(CHAT_MODES, 'not_chat_app');
  const { messages } = queriedConversation(call);
  const limit = call.limit(100, 20);
  const first = call.query.get('first_id');
  const end = first === null || first === '' ? messages.length : messages.findIndex(({ id }) => id === first);
  requireFound(end < 0 ? undefined : true, 'First Message Not Exists.');
  const start = Math.max(0, end - limit);
  call.send(200, {
    limit,
    has_more: start > 0,
    data: messages.slice(start, end).map((message) => itemOf(call, message)),
  });
}

function itemOf({ world, req }: Call, message: StoredMessage): object {
  const { id, conversation, inputs, query, answer, status, error, feedback, createdAt, app } = message;
  const own = message.files.map((file) =>
    questionFile(file, file.stored === undefined ? '' : world.signer.sign(`/files/${file.id}/file-preview`, req)),
  );
  const made = message.answerFiles.map((file) =>
    answerFile(file, world.signer.sign(`/files/tools/${file.id}.${file.extension}`, req)),
  );
  return {
    id,
    conversation_id: conversation?.id,
    parent_message_id: null,
    inputs,
    query,
    answer,
    status,
    error,
    message_files: [...own, ...made],
    feedback: feedback === undefined ? null : { rating: feedback.rating },
    retriever_resources: app.citations ? message.citations : [],
    agent_thoughts: message.thoughts,
    created_at: seconds(createdAt),
    extra_contents: [],
    ...(world.flavour.newAgent ? countsOf(message) : {}),
  };
}

function countsOf({ tokens }: StoredMessage): object {
  const cost = { provider_response_latency: 0.7, total_price: '0.0000120', currency: 'USD' };
  return {
    message_tokens: Math.floor(tokens / 2),
    answer_tokens: Math.ceil(tokens / 2),
    total_tokens: tokens,
    ...cost,
  };
}

function questionFile(file: AttachedFile, signed: string): object {
  const { id, name, type, mime, method, stored, url = signed } = file;
  const size = stored?.bytes.length ?? 0;
  return {
    id,
    filename: name,
    type,
    url,
    mime_type: mime,
    size,
    transfer_method: method,
    belongs_to: 'user',
    upload_file_id: stored?.id ?? null,
  };
}

function answerFile(file: GeneratedFile, url: string): object {
  const { id, name, mime, size } = file;
  const type = mime.startsWith('image/') ? 'image' : 'document';
  return {
    id,
    filename: name,
    type,
    url,
    mime_type: mime,
    size,
    transfer_method: 'tool_file',
    belongs_to: 'assistant',
    upload_file_id: null,
  };
}

/** How long `suggested` takes where a question asked for slowness: longer than anybody should wait. */
const SLOW_SUGGESTIONS_MS = 30_000;

/** `GET /messages/{id}/suggested`: a call of the model, made now. */
export function suggested(call: Call): void {
  call.requireMode(CHAT_MODES, 'not_chat_app');
  const { world, app, query } = call;
  const message = ownMessage(call, requireUser(query.get('user')));
  if (!app.suggests) throw badRequest('Suggested Questions Is Disabled.');
  const data = message.suggests === 'none' ? [] : nextQuestions(message.query);
  const ms = message.suggests === 'slow' ? SLOW_SUGGESTIONS_MS : world.tuning.suggestMs;
  const answer = (): void => call.send(200, { result: 'success', data });
  if (ms > 0) world.clock.after(ms, answer);
  else answer();
}

/** `POST /messages/{id}/feedbacks` */
export function giveFeedback(call: Call): void {
  const body = call.json();
  const user = requireUser(body.user);
  const { rating = null, content } = body;
  const message = ownMessage(call, user);
  if (rating !== null && rating !== 'like' && rating !== 'dislike')
    throw invalidParam('rating must be like, dislike or null', 'rating');
  if (rating === null && message.feedback === undefined)
    throw invalidParam('rating cannot be None when feedback not exists');
  const at = call.world.clock.now();
  // Written anew as a whole: a reason that is not sent again is gone.
  message.feedback =
    rating === null ? undefined : { rating, content: typeof content === 'string' ? content : null, at };
  call.send(200, { result: 'success' });
}

/** `GET /app/feedbacks` */
export function listFeedbacks(call: Call): void {
  const { world, app, query } = call;
  const limit = call.limit(101, 20);
  const page = Math.max(1, Number(query.get('page') ?? 1));
  const all = [...world.store.messages.values()].filter((one) => one.app.id === app.id && one.feedback !== undefined);
  const shown = all.slice((page - 1) * limit, page * limit);
  call.send(200, { data: shown.map((message) => feedbackOf(call, message)) });
}

function feedbackOf({ world, app }: Call, message: StoredMessage): object {
  const at = seconds(message.feedback?.at ?? 0);
  return {
    id: message.id,
    app_id: app.id,
    conversation_id: message.conversation?.id ?? null,
    message_id: message.id,
    rating: message.feedback?.rating,
    content: message.feedback?.content ?? null,
    from_source: 'user',
    from_end_user_id: world.store.endUserId(app, message.user),
    from_account_id: null,
    created_at: at,
    updated_at: at,
  };
}

function ownMessage({ world, app, params }: Call, user: string): StoredMessage {
  return requireFound(world.store.message(params[0] ?? '', app, user), 'Message Not Exists.');
}
