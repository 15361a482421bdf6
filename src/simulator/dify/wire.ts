import { seconds } from './clock.ts';
import type { OpenForm, Run, RunStatus } from './run.ts';
import type { GeneratedFile, Step, ThoughtStep } from './steps.ts';

/** The events of one run, in the words of its app's mode and release. */
export interface Wire {
  begin(): void;
  say(text: string): void;
  /** The frame `say` would send, for one who cuts it. */
  sayFrame(text: string): string;
  thought(thought: ThoughtStep): void;
  node(step: Step & { readonly kind: 'node' }): void;
  file(file: GeneratedFile): void;
  fileText(text: string): void;
  replace(text: string, reason: string): void;
  reasoning(text: string, final: boolean): void;
  audio(bytes: Uint8Array | undefined): void;
  error(status: number, code: string | undefined, message: string): void;
  /** `message_end` alone, where it does not end the stream. Says whether the run is to hang now. */
  halfEnd(): boolean;
  pause(form: OpenForm): void;
  formFilled(form: OpenForm, action: string, inputs: Readonly<Record<string, unknown>>): void;
  formTimedOut(form: OpenForm): void;
  /** Sends what the end of a run consists of, in the order of the release. The streams are closed by the caller. */
  finish(status: Exclude<RunStatus, 'running' | 'paused'>): void;
}

/** One SSE frame: the event's name, the keys all events of the run share, its own. */
export function frame(event: string, head: string, own: object): string {
  const rest = JSON.stringify(own);
  const middle = head === '' || rest === '{}' ? head : `${head},`;
  return `data: {"event":"${event}",${middle}${rest.slice(1)}\n\n`;
}

/** The keys of the chat family, as JSON without braces; `error` events have them without the task. */
export function chatHead(run: Run): string {
  const { conversation, id, createdAt } = run.message;
  const start = conversation === undefined ? '' : `"conversation_id":"${conversation.id}",`;
  return `${start}"message_id":"${id}","created_at":${seconds(createdAt)}`;
}

/** An error after the stream began. One without a code has no ids either: it is all a worker could still say. */
export function errorFrame(head: string, status: number, code: string | undefined, message: string): string {
  if (code === undefined) return frame('error', '', { message, status });
  return frame('error', head, { status, code, message });
}

/** Takes back what was shown and puts the answer as it is now in its place. */
export function replaceFrame(run: Run, reason = ''): string {
  return frame('message_replace', `${chatHead(run)},"task_id":"${run.taskId}"`, { answer: run.answer, reason });
}

export function audioFrame(head: string, bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return frame('tts_message_end', head, { audio: '' });
  return frame('tts_message', head, { audio: Buffer.from(bytes).toString('base64') });
}

/** What a question and its answer cost, in made-up prices; as `metadata.usage`. */
export function usageOf(run: Run): object {
  const asked = Math.ceil(run.message.query.length / 2) + 8;
  const said = Math.ceil(run.answer.length / 2);
  const latency = run.elapsedSeconds;
  return {
    prompt_tokens: asked,
    prompt_unit_price: '0.001',
    prompt_price_unit: '0.001',
    prompt_price: (asked / 1e6).toFixed(7),
    completion_tokens: said,
    completion_unit_price: '0.002',
    completion_price_unit: '0.001',
    completion_price: ((said * 2) / 1e6).toFixed(7),
    total_tokens: asked + said,
    total_price: ((asked + said * 2) / 1e6).toFixed(7),
    currency: 'USD',
    latency,
    time_to_first_token: latency / 4,
    time_to_generate: (latency * 3) / 4,
  };
}

export function totalTokens(run: Run): number {
  return Math.ceil(run.message.query.length / 2) + 8 + Math.ceil(run.answer.length / 2);
}

export function metadataOf(run: Run): object {
  const { citations } = run.message;
  return { annotation_reply: null, retriever_resources: run.app.citations ? citations : [], usage: usageOf(run) };
}

/** A generated file as `files[]` lists it. */
export function fileEntry(file: GeneratedFile): object {
  const { id, name, extension, mime, size, url } = file;
  return {
    related_id: id,
    type: mime.startsWith('image/') ? 'image' : 'document',
    filename: name,
    extension: `.${extension}`,
    mime_type: mime,
    size,
    transfer_method: 'tool_file',
    url,
    upload_file_id: null,
    remote_url: null,
  };
}
