import { GatewayError } from '../../../core/errors.ts';
import type { RobotDeps } from '../../../core/robot-definition.ts';
import { HttpError } from '../../../lib/http-client.ts';
import { PacedPost } from '../../../lib/paced-post.ts';
import { windowOf } from '../../../lib/rate-limiter.ts';
import { textAt } from '../../../lib/read.ts';
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
  readonly #post: PacedPost;
  readonly #signer: RobotSigner | undefined;

  constructor(config: RobotConfig, deps: RobotDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#signer = config.secret === undefined ? undefined : new RobotSigner(config.secret, deps.clock);
    this.#post = new PacedPost({
      ...deps,
      windows: [windowOf(config.perMinute, 60_000)],
      together: deps.countTogether?.('robot'),
      timeoutMs: CALL_TIMEOUT_MS,
      tell: (code, ms) => deps.onCall?.({ api: API, code, ms }),
      tooLong: (retryAfterMs) =>
        new GatewayError('platform_throttled', `${API}: the robot has said enough for now`, { retryAfterMs }),
    });
    this.#post.rate.recall(Array<number>(Math.floor(config.perMinute / 2)).fill(deps.clock.now()));
  }

  /**
   * @throws {DingtalkError} what was refused; {GatewayError} `platform_throttled` when the next minute, or the end of a ban, has to be
   *   waited for, `platform_unavailable`, `platform_content_refused`.
   */
  async send(words: RobotWords, { signal, key }: RobotSendOptions): Promise<void> {
    const body = { ...robotBody(words, this.#config.keywords), msgUuid: key };
    const url = `${this.#config.webhook}${this.#signer?.query ?? ''}`;
    const answer = await this.#post.send(url, () => body, 'application/json', signal).catch(unavailable);
    const code = codeOfOld(answer);
    answer.told(code);
    if (code === '0') return void this.#deps.budget?.push(API);
    const { body: said = {}, status } = answer;
    const refused = refusal({ api: API, status, code, requestId: requestIdIn(said), message: textAt(said, 'errmsg') });
    throw TOO_FAST.has(code) ? this.#banned(refused) : refused;
  }

  close(): Promise<void> {
    return this.#post.close();
  }

  /** Each try within a ban may prolong it. */
  #banned({ code, vendorCode, message }: DingtalkError): DingtalkError {
    this.#post.rate.penalize(ROBOT_BAN_MS);
    return new DingtalkError(code, vendorCode, message, ROBOT_BAN_MS);
  }
}

function unavailable(error: unknown): never {
  if (!(error instanceof HttpError)) throw error;
  throw new GatewayError('platform_unavailable', `${API}: ${error.kind}`, { cause: error });
}
