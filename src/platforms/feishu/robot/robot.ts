import { createHmac } from 'node:crypto';
import type { Clock } from '../../../core/clock.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { RobotDeps } from '../../../core/robot-definition.ts';
import { HttpError } from '../../../lib/http-client.ts';
import { PacedPost } from '../../../lib/paced-post.ts';
import { windowOf } from '../../../lib/rate-limiter.ts';
import { type Json, numberAt, textAt } from '../../../lib/read.ts';
import { FeishuError, NOT_THE_VENDOR, refusal } from '../errors.ts';
import { CALL_TIMEOUT_MS, ROBOT_PAUSE_MS, ROBOT_PER_SECOND, ROBOT_SIGN_MS } from '../limits.ts';
import type { RobotConfig } from './config.ts';

const API = 'robot.send';
const CONTENT_TYPE = 'application/json; charset=utf-8';
const TOO_FAST = new Set([11232, 11233, 11247]);

/**
 * The bot of a group (自定义机器人): it speaks and hears nothing. The vendor knows no key by which a message sent twice is shown once.
 *
 * @see https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export class GroupRobot {
  readonly #config: RobotConfig;
  readonly #deps: RobotDeps;
  readonly #post: PacedPost;
  #signed = { at: 0, fields: {} as Json };

  constructor(config: RobotConfig, deps: RobotDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#post = new PacedPost({
      ...deps,
      windows: [windowOf(config.perMinute, 60_000), windowOf(ROBOT_PER_SECOND, 1_000)],
      together: deps.countTogether?.('robot'),
      timeoutMs: CALL_TIMEOUT_MS,
      tell: (code, ms) => deps.onCall?.({ api: API, code, ms }),
      tooLong: (retryAfterMs) =>
        new GatewayError('platform_throttled', `${API}: the robot has said enough for now`, { retryAfterMs }),
    });
  }

  /**
   * @param body - `msg_type` and what belongs to it.
   * @throws {FeishuError} what was refused; {GatewayError} `platform_throttled`, `platform_unavailable`.
   */
  async send(body: Json, signal: AbortSignal): Promise<void> {
    const signed = (): Json => ({ ...this.#signature(), ...body });
    const answer = await this.#post.send(this.#config.webhook, signed, CONTENT_TYPE, signal).catch(unavailable);
    const { status, body: said = {} } = answer;
    const code = numberAt(said, 'code') ?? numberAt(said, 'StatusCode') ?? NOT_THE_VENDOR;
    answer.told(String(code));
    if (code === 0) return;
    const refused = refusal({ api: API, status, code, message: textAt(said, 'msg'), logId: '', resetMs: 0 });
    throw TOO_FAST.has(code) ? this.#slowed(refused) : refused;
  }

  close(): Promise<void> {
    return this.#post.close();
  }

  #signature(): Json {
    const { secret } = this.#config;
    if (secret === undefined) return {};
    const now = this.#deps.clock.now();
    if (Math.abs(now - this.#signed.at) >= ROBOT_SIGN_MS) this.#signed = { at: now, fields: signatureAt(now, secret) };
    return this.#signed.fields;
  }

  #slowed({ vendorCode, message }: FeishuError): FeishuError {
    this.#post.rate.penalize(ROBOT_PAUSE_MS);
    return new FeishuError('platform_throttled', vendorCode, message, ROBOT_PAUSE_MS);
  }
}

function unavailable(error: unknown): never {
  if (!(error instanceof HttpError)) throw error;
  throw new GatewayError('platform_unavailable', `${API}: ${error.kind}`, { cause: error });
}

/** The key is the time in seconds, a line end and the secret; nothing is signed with it. */
export function signatureAt(now: ReturnType<Clock['now']>, secret: string): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(now / 1000));
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).digest('base64') };
}
