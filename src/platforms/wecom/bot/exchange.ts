import { unanswered } from '../../../core/call-failures.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { heldBack, isUnsent } from '../../../lib/http-error.ts';
import { mayLeave } from '../../../lib/last-look.ts';
import type { Json } from '../../../lib/read.ts';
import type { OpenSocket } from '../../../lib/reconnecting-socket.ts';
import { NOT_THE_VENDOR, refusal, vendorCodeOf } from '../errors.ts';
import { encodeFrame, type Frame } from './frames.ts';
import { ACK_MS } from './limits.ts';

export interface Question {
  readonly cmd: string;
  readonly reqId: string;
  readonly body?: Json;
  /** Asked in the moment in which the question leaves (`lib/last-look.ts`). */
  readonly signal?: AbortSignal;
}

interface Pending {
  readonly line: OpenSocket;
  readonly settle: (answer: Frame | GatewayError) => void;
}

/**
 * Questions and their answers on one line. An answer bears the id of its question and nothing else, so of each id one question is on
 * its way at a time: the next waits for the answer.
 */
export class Exchange {
  readonly #deps: Pick<PlatformDeps, 'clock' | 'onCall'>;
  readonly #pending = new Map<string, Pending>();
  /** The last question of each id, settled or not. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(deps: Pick<PlatformDeps, 'clock' | 'onCall'>) {
    this.#deps = deps;
  }

  /** @throws {WecomError} the vendor's no; {GatewayError} `platform_unavailable` where nothing was heard, or sent. */
  async ask(line: OpenSocket, question: Question): Promise<Json> {
    const { reqId } = question;
    const before = this.#queues.get(reqId);
    const mine = (before ?? Promise.resolve()).then(() => this.#askNow(line, question));
    const settled = mine.catch(() => undefined);
    this.#queues.set(reqId, settled);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(reqId) === settled) this.#queues.delete(reqId);
    }
  }

  /** An answer has come. What nobody waits for any more is let go. */
  answered(line: OpenSocket, frame: Frame): void {
    const pending = this.#pending.get(frame.reqId);
    if (pending?.line === line) pending.settle(frame);
  }

  /** Nothing more will be heard of what was asked before. */
  broken(cause: unknown): void {
    const error = new GatewayError('platform_unavailable', 'the long connection broke before an answer came', {
      cause,
    });
    for (const { settle } of this.#pending.values()) settle(error);
  }

  async #askNow(line: OpenSocket, question: Question): Promise<Json> {
    const { cmd, signal } = question;
    if (signal && !mayLeave(signal)) throw unanswered(heldBack(cmd), { api: cmd, signal });
    const startedAt = performance.now();
    const told = (code: string): void => this.#deps.onCall?.({ api: cmd, code, ms: performance.now() - startedAt });
    const answer = await this.#heard(line, question);
    if (answer instanceof GatewayError) {
      told('timeout');
      throw answer;
    }
    const code = answer.code ?? NOT_THE_VENDOR;
    told(String(code));
    if (code === 0) return answer.body;
    throw refusal({ api: cmd, status: 200, code, message: answer.message });
  }

  #heard(line: OpenSocket, { cmd, reqId, body }: Question): Promise<Frame | GatewayError> {
    return new Promise((resolve) => {
      const giveUp = new AbortController();
      const settle = (answer: Frame | GatewayError): void => {
        this.#pending.delete(reqId);
        giveUp.abort();
        resolve(answer);
      };
      this.#pending.set(reqId, { line, settle });
      line.send(encodeFrame(cmd, reqId, body));
      this.#deps.clock.sleep(ACK_MS, giveUp.signal).then(
        () => settle(new GatewayError('platform_unavailable', `${cmd}: no answer in time`)),
        () => undefined,
      );
    });
  }
}

/** Whether a question was handed in, and nothing was heard. */
export function isUnheard(error: unknown): boolean {
  if (!(error instanceof GatewayError) || error.code !== 'platform_unavailable') return false;
  return vendorCodeOf(error) === undefined && !isUnsent(error.cause);
}
