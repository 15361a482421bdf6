import { createHmac } from 'node:crypto';
import type { Clock } from '../../../core/clock.ts';
import { GatewayError } from '../../../core/errors.ts';
import type { RobotDeps } from '../../../core/robot-definition.ts';
import { createHttpClient, type HttpClient, HttpError } from '../../../lib/http-client.ts';
import { RateLimiter } from '../../../lib/rate-limiter.ts';
import { type Json, numberAt, parseObject, textAt } from '../../../lib/read.ts';
import { FeishuError, NOT_THE_VENDOR, refusal } from '../errors.ts';
import { CALL_TIMEOUT_MS, ROBOT_PAUSE_MS, ROBOT_PER_SECOND, ROBOT_SIGN_MS } from '../limits.ts';
import type { RobotConfig } from './config.ts';

const API = 'robot.send';
const MARGIN = 1.05;
const MAX_WAIT_MS = 10_000;
const TOO_FAST = new Set([11232, 11233, 11247]);

/**
 * The bot of a group (自定义机器人): it speaks and hears nothing. The vendor knows no key by which a message sent twice is shown once.
 *
 * @see https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
 */
export class GroupRobot {
  readonly #config: RobotConfig;
  readonly #deps: RobotDeps;
  readonly #http: HttpClient;
  readonly #rate: RateLimiter;
  #signed = { at: 0, fields: {} as Json };

  constructor(config: RobotConfig, deps: RobotDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#http = createHttpClient({
      ...(deps.proxy !== undefined && { proxy: deps.proxy }),
      ...(deps.noProxy !== undefined && { noProxy: deps.noProxy }),
    });
    const windows = [
      { limit: config.perMinute, windowMs: 60_000 * MARGIN },
      { limit: ROBOT_PER_SECOND, windowMs: 1_000 * MARGIN },
    ];
    this.#rate = new RateLimiter(windows, deps.clock, deps.countTogether?.('robot'));
  }

  /**
   * @param body - `msg_type` and what belongs to it.
   * @throws {FeishuError} what was refused; {GatewayError} `platform_throttled`, `platform_unavailable`.
   */
  async send(body: Json, signal: AbortSignal): Promise<void> {
    await this.#turn(signal);
    const startedAt = performance.now();
    const answer = await this.#post(JSON.stringify({ ...this.#signature(), ...body }), signal).catch(
      (error: unknown) => {
        const kind = error instanceof HttpError ? error.kind : 'broken';
        this.#deps.onCall?.({ api: API, code: kind, ms: performance.now() - startedAt });
        throw new GatewayError('platform_unavailable', `${API}: ${kind}`, { cause: error });
      },
    );
    const { status, body: said = {} } = answer;
    const code = numberAt(said, 'code') ?? numberAt(said, 'StatusCode') ?? NOT_THE_VENDOR;
    this.#deps.onCall?.({ api: API, code: String(code), ms: performance.now() - startedAt });
    if (code === 0) return;
    const refused = refusal({ api: API, status, code, message: textAt(said, 'msg'), logId: '', resetMs: 0 });
    throw TOO_FAST.has(code) ? this.#slowed(refused) : refused;
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
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const { webhook: url } = this.#config;
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

  #signature(): Json {
    const { secret } = this.#config;
    if (secret === undefined) return {};
    const now = this.#deps.clock.now();
    if (Math.abs(now - this.#signed.at) >= ROBOT_SIGN_MS) this.#signed = { at: now, fields: signatureAt(now, secret) };
    return this.#signed.fields;
  }

  #slowed({ vendorCode, message }: FeishuError): FeishuError {
    this.#rate.penalize(ROBOT_PAUSE_MS);
    return new FeishuError('platform_throttled', vendorCode, message, ROBOT_PAUSE_MS);
  }
}

/** The key is the time in seconds, a line end and the secret; nothing is signed with it. */
export function signatureAt(now: ReturnType<Clock['now']>, secret: string): { timestamp: string; sign: string } {
  const timestamp = String(Math.floor(now / 1000));
  return { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).digest('base64') };
}
