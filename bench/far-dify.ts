import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FarRecord, pieces } from './far-record.ts';

/** How the stand-in answers. */
export interface AnswerPlan {
  /** Pieces of an answer. */
  readonly pieces: number;
  /** Between two of them; 0 writes the whole answer at once. */
  readonly everyMs: number;
}

/** Stands in for Dify: a chat app that answers each question with a known text, at once or piece by piece. */
export class FarDify {
  plan: AnswerPlan = { pieces: 8, everyMs: 0 };
  readonly #record: FarRecord;
  #held: (() => void)[] | undefined;

  constructor(record: FarRecord) {
    this.#record = record;
  }

  /** From now on questions are taken and not answered, until {@link release}. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const answer of held) answer();
  }

  handle(request: IncomingMessage, response: ServerResponse, path: string, body: string): void {
    if (request.method === 'POST' && path === '/v1/chat-messages') return this.#ask(response, body);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(FACTS[path] ?? { result: 'success', data: [] }));
  }

  #ask(response: ServerResponse, body: string): void {
    const number = Number(/Question (\d+)/.exec(body)?.[1] ?? -1);
    const seen = this.#record.of(number);
    seen.askedAt = performance.now();
    seen.asks += 1;
    this.#record.asks += 1;
    // As Dify does: a question goes on in the conversation it names, and begins one where it names none.
    const conversation = /"conversation_id":"([^"]+)"/.exec(body)?.[1] ?? uuid(number, 'c');
    const answer = () => new Answer({ number, conversation }, response, this.#record, this.plan).begin();
    if (this.#held) this.#held.push(answer);
    else answer();
  }
}

const FACTS: Readonly<Record<string, unknown>> = {
  '/v1/info': { name: 'Bench', description: '', tags: [], mode: 'chat', author_name: '' },
  '/v1/parameters': {
    opening_statement: '',
    suggested_questions: [],
    suggested_questions_after_answer: { enabled: false },
    retriever_resource: { enabled: false },
    user_input_form: [],
    file_upload: {},
    system_parameters: {},
  },
};

interface Asked {
  /** Of the question. */
  readonly number: number;
  readonly conversation: string;
}

/** One answer on its way out. */
class Answer {
  readonly #response: ServerResponse;
  readonly #record: FarRecord;
  readonly #number: number;
  readonly #everyMs: number;
  readonly #head: string;
  readonly #end: string;
  readonly #pieces: string[];

  constructor({ number, conversation }: Asked, response: ServerResponse, record: FarRecord, plan: AnswerPlan) {
    const ids = `"conversation_id":"${conversation}","message_id":"${uuid(number, 'a')}"`;
    const common = `${ids},"created_at":1750000000,"task_id":"${uuid(number, 't')}"`;
    this.#head = `data: {"event":"message",${common},"id":"${uuid(number, 'a')}","answer":`;
    this.#end = `data: {"event":"message_end",${common},"id":"${uuid(number, 'a')}","metadata":{"usage":{"total_tokens":42}}}\n\n`;
    this.#pieces = pieces(number, plan.pieces);
    this.#everyMs = plan.everyMs;
    this.#response = response;
    this.#record = record;
    this.#number = number;
  }

  begin(): void {
    this.#response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    if (this.#everyMs === 0) return this.#sayAll();
    this.#say(0);
  }

  #sayAll(): void {
    const seen = this.#record.of(this.#number);
    seen.firstTokenAt = performance.now();
    seen.endAt = seen.firstTokenAt;
    this.#response.end(this.#pieces.map((piece) => this.#line(piece)).join('') + this.#end);
  }

  #say(index: number): void {
    const piece = this.#pieces[index];
    if (piece === undefined || this.#response.destroyed) return;
    const seen = this.#record.of(this.#number);
    if (index === 0) seen.firstTokenAt = performance.now();
    if (index < this.#pieces.length - 1) {
      this.#response.write(this.#line(piece));
      setTimeout(() => this.#say(index + 1), this.#everyMs);
      return;
    }
    seen.endAt = performance.now();
    this.#response.end(this.#line(piece) + this.#end);
  }

  #line(piece: string): string {
    return `${this.#head}${JSON.stringify(piece)}}\n\n`;
  }
}

/** Dify's ids are UUIDs; these tell their number. */
function uuid(number: number, kind: 'a' | 'c' | 't'): string {
  const mark = { a: 'a', c: 'c', t: 'd' }[kind];
  return `00000000-0000-4000-8000-${mark}${String(number).padStart(11, '0')}`;
}
