import { GatewayError } from '../../../core/errors.ts';
import type { RobotDeps } from '../../../core/robot-definition.ts';
import { createHttpClient, type HttpClient, HttpError } from '../../../lib/http-client.ts';
import { RateLimiter } from '../../../lib/rate-limiter.ts';
import { parseObject, textAt } from '../../../lib/read.ts';
import { codeOfOld, requestIdIn } from '../answer-codes.ts';
import { DingtalkError, refusal } from '../errors.ts';
import { CALL_TIMEOUT_MS, ROBOT_BAN_MS } from '../limits.ts';
import type { RobotConfig } from './config.ts';
import { type RobotWords, robotBody } from './messages.ts';
import { RobotSigner } from './sign.ts';

export interface RobotSendOptions {
  readonly signal: AbortSignal;
  /** The vendor takes a message under the same key for the first one, for a while. */
  readonly key: string;
}

const API = 'robot.send';
const MINUTE_MS = 60_000;
/** The vendor counts messages when they arrive, we when they leave. */
const MARGIN = 1.05;
/** What a message may wait for its turn here; when it would be longer, the caller is told to come back. */
const MAX_WAIT_MS = 10_000;
const TOO_FAST = new Set(['410100', '130101']);

/**
 * The robot of a group (自定义机器人): it speaks and hears nothing.
 *
 * Above twenty messages in a minute the vendor closes it for ten. What was sent in the minute before we began is not known, so half of
 * the first minute is held to be used.
 *
 * @see https://open.dingtalk.com/document/development/custom-robots-send-group-messages
 */
export class GroupRobot {
  readonly #config: RobotConfig;
  readonly #deps: RobotDeps;
  readonly #http: HttpClient;
  readonly #signer: RobotSigner | undefined;
  readonly #rate: RateLimiter;

  constructor(config: RobotConfig, deps: RobotDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#http = createHttpClient({
      ...(deps.proxy !== undefined && { proxy: deps.proxy }),
      ...(deps.noProxy !== undefined && { noProxy: deps.noProxy }),
    });
    this.#signer = config.secret === undefined ? undefined : new RobotSigner(config.secret, deps.clock);
    const window = { limit: config.perMinute, windowMs: MINUTE_MS * MARGIN };
    this.#rate = new RateLimiter([window], deps.clock, deps.countTogether?.('robot'));
    this.#rate.recall(Array<number>(Math.floor(config.perMinute / 2)).fill(deps.clock.now()));
  }

  /**
   * @throws {DingtalkError} what was refused; {GatewayError} `platform_throttled` when the next minute, or the end of a ban, has to be
   *   waited for, `platform_unavailable`, `platform_content_refused`.
   */
  async send(words: RobotWords, { signal, key }: RobotSendOptions): Promise<void> {
    const body = robotBody(words, this.#config.keywords);
    await this.#turn(signal);
    const startedAt = performance.now();
    const answer = await this.#post(JSON.stringify({ ...body, msgUuid: key }), signal).catch((error: unknown) => {
      this.#tell(error instanceof HttpError ? error.kind : 'broken', startedAt);
      const kind = error instanceof HttpError ? error.kind : 'broken';
      throw new GatewayError('platform_unavailable', `${API}: ${kind}`, { cause: error });
    });
    const code = codeOfOld(answer);
    this.#tell(code, startedAt);
    if (code === '0') return void this.#deps.budget?.push(API);
    const { body: said = {}, status } = answer;
    const refused = refusal({ api: API, status, code, requestId: requestIdIn(said), message: textAt(said, 'errmsg') });
    throw TOO_FAST.has(code) ? this.#banned(refused) : refused;
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const wait = this.#rate.waitMs('final');
    if (wait > MAX_WAIT_MS) {
      const retryAfterMs = Math.ceil(wait);
      throw new GatewayError('platform_throttled', `${API}: the robot has said enough for now`, { retryAfterMs });
    }
    await this.#rate.acquire('final', signal);
  }

  async #post(body: string, signal: AbortSignal) {
    const url = `${this.#config.webhook}${this.#signer?.query ?? ''}`;
    const headers = { 'content-type': 'application/json' };
    const response = await this.#http.request({
      method: 'POST',
      url,
      headers,
      body,
      signal,
      timeoutMs: CALL_TIMEOUT_MS,
    });
    return { status: response.status, body: parseObject(await response.text()) };
  }

  /** Each try within a ban may prolong it. */
  #banned({ code, vendorCode, message }: DingtalkError): DingtalkError {
    this.#rate.penalize(ROBOT_BAN_MS);
    return new DingtalkError(code, vendorCode, message, ROBOT_BAN_MS);
  }

  #tell(code: string, startedAt: number): void {
    this.#deps.onCall?.({ api: API, code, ms: performance.now() - startedAt });
  }
}
