import { GatewayError, toGatewayError } from '../../../core/errors.ts';
import type { Delivery } from '../../../core/event.ts';
import type { Ack, ConnectionState } from '../../../core/platform.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { HttpError } from '../../../lib/http-error.ts';
import { createQuiet } from '../../../lib/quiet.ts';
import { type Json, objectAt, parseObject, textAt } from '../../../lib/read.ts';
import { type OpenSocket, ReconnectingSocket } from '../../../lib/reconnecting-socket.ts';
import { vendorCodeOf } from '../errors.ts';
import type { WecomBotConfig } from './config.ts';
import { Exchange, isUnheard } from './exchange.ts';
import { type Frame, newReqId, parseFrame } from './frames.ts';
import { CONNECT_WAIT_MS, IDLE_MS, PING_MS } from './limits.ts';
import { isRefusal, Pauses, TakenOver } from './pauses.ts';

export type Accept = (delivery: Delivery) => Promise<Ack>;

export interface LinkCall {
  readonly cmd: string;
  /** Of the request that is answered; absent for what we begin. */
  readonly reqId?: string;
  readonly body: Json;
  readonly signal: AbortSignal;
}

/** The store may be away for a moment; the vendor tells nothing twice, so we try again ourselves. */
const ACCEPT_TRIES_MS = [200, 1_000, 3_000, 10_000];
const NOT_SUBSCRIBED = 846609;

/**
 * The bot's long connection: one for as long as the gateway runs.
 *
 * - away: no connection, or not subscribed yet. Left by the vendor's yes to our subscription.
 * - live: callbacks come in, answers go out. Left by a lost line, a silence, an answer that says we are not subscribed, or another
 *   connection that takes the bot over (`pauses.ts` says for how long).
 *
 * @see https://developer.work.weixin.qq.com/document/path/101463
 */
export class WecomBotSocket {
  readonly #config: WecomBotConfig;
  readonly #deps: PlatformDeps;
  readonly #exchange: Exchange;
  readonly #pauses: Pauses;
  readonly #quiet: (kind: string) => number | undefined;
  #socket: ReconnectingSocket | undefined;
  #line: OpenSocket | undefined;
  #liveSince: number | undefined;
  /** Frames that have come. */
  #heard = 0;
  #waiting: (() => void)[] = [];

  constructor(config: WecomBotConfig, deps: PlatformDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#exchange = new Exchange(deps);
    this.#pauses = new Pauses(deps.random);
    this.#quiet = createQuiet(() => deps.clock.now());
  }

  get state(): ConnectionState {
    const state = this.#socket?.state ?? { state: 'closed', attempts: 0 };
    return state.state === 'open' && this.#liveSince === undefined ? { ...state, state: 'connecting' } : state;
  }

  /** Runs until `signal` ends it. */
  async run(accept: Accept, signal: AbortSignal): Promise<void> {
    const { proxy, noProxy, clock } = this.#deps;
    this.#socket = new ReconnectingSocket(
      {
        target: () => Promise.resolve({ url: this.#config.wsUrl }),
        opened: (line) => void this.#subscribe(line, signal),
        received: (data, _, line) => this.#received(data, line, accept, signal),
        heartbeatMs: () => PING_MS,
        beat: (line) => void this.#ping(line, signal),
        idleMs: () => IDLE_MS,
        pauseMs: (_, error) => this.#pauses.next(error),
        lost: (error) => this.#lost(error),
      },
      { clock, proxy, noProxy },
    );
    await this.#socket.run(signal);
    this.#gone(new Error('the gateway is stopping'));
  }

  /**
   * Sends a frame and waits for the vendor's yes. Answers to one request go one after the other.
   *
   * @throws {WecomError} what the vendor refused; {GatewayError} `platform_unavailable` without a connection or an answer.
   */
  async call({ cmd, reqId, body, signal }: LinkCall): Promise<Json> {
    const line = await this.#liveLine(cmd, signal);
    const own = reqId ?? newReqId(cmd, this.#deps.clock.now());
    const heard = this.#heard;
    try {
      return await this.#exchange.ask(line, { cmd, reqId: own, body, signal });
    } catch (thrown) {
      const error = toGatewayError(thrown);
      // It looks alive and is not: a new connection is subscribed anew.
      const isDeaf = isUnheard(error) && heard === this.#heard;
      if (isDeaf || vendorCodeOf(error) === NOT_SUBSCRIBED) line.end(error);
      throw error;
    }
  }

  async #liveLine(cmd: string, signal: AbortSignal): Promise<OpenSocket> {
    if (this.#liveSince === undefined) await this.#untilLive(signal);
    const line = this.#line;
    if (this.#liveSince !== undefined && line) return line;
    // Nothing was handed in, so nothing is in doubt.
    const cause = new HttpError('connect', 'no long connection');
    throw new GatewayError('platform_unavailable', `${cmd}: the long connection is not there`, { cause });
  }

  /** Waits for a connection that is just being opened, not for one that is far away. */
  async #untilLive(signal: AbortSignal): Promise<void> {
    const live = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await Promise.race([live, this.#deps.clock.sleep(CONNECT_WAIT_MS, signal)]);
  }

  async #subscribe(line: OpenSocket, signal: AbortSignal): Promise<void> {
    this.#line = line;
    const { botId = '', secret = '' } = this.#config;
    const cmd = 'aibot_subscribe';
    try {
      const reqId = newReqId(cmd, this.#deps.clock.now());
      await this.#exchange.ask(line, { cmd, reqId, body: { bot_id: botId, secret } });
    } catch (error) {
      if (!signal.aborted) line.end(toGatewayError(error));
      return;
    }
    if (this.#line !== line) return;
    this.#liveSince = this.#deps.clock.now();
    this.#deps.log.info('long connection open', { channel: this.#deps.channel });
    for (const go of this.#waiting.splice(0)) go();
  }

  async #ping(line: OpenSocket, signal: AbortSignal): Promise<void> {
    if (this.#liveSince === undefined) return;
    const reqId = newReqId('ping', this.#deps.clock.now());
    const heard = this.#heard;
    await this.#exchange.ask(line, { cmd: 'ping', reqId }).catch((error: unknown) => {
      // Nothing at all has come back, or nobody knows us here.
      if (!signal.aborted && (heard === this.#heard || isRefusal(error))) line.end(toGatewayError(error));
    });
  }

  #received(data: Buffer, line: OpenSocket, accept: Accept, signal: AbortSignal): void {
    this.#heard += 1;
    const frame = parseFrame(data);
    if (!frame) return this.#strange('frame not understood', data.length);
    if (frame.cmd === '') return this.#exchange.answered(line, frame);
    if (frame.cmd === 'aibot_event_callback' && isTakeOver(frame)) return line.end(new TakenOver());
    if (frame.cmd === 'aibot_msg_callback' || frame.cmd === 'aibot_event_callback')
      return void this.#bring(frame, data, accept, signal);
    this.#strange('frame of an unknown kind', data.length);
  }

  async #bring(frame: Frame, body: Buffer, accept: Accept, signal: AbortSignal): Promise<void> {
    const delivery: Delivery = {
      channel: this.#deps.channel,
      via: 'socket',
      method: 'POST',
      headers: {},
      query: {},
      body,
    };
    try {
      const ack = await this.#accepted(delivery, accept, signal);
      const answer = ack.body === '' ? undefined : parseObject(ack.body);
      if (answer) await this.call({ cmd: 'aibot_respond_update_msg', reqId: frame.reqId, body: answer, signal });
    } catch (error) {
      if (!signal.aborted) this.#deps.log.warn('delivery not accepted', { channel: this.#deps.channel, error });
    }
  }

  async #accepted(delivery: Delivery, accept: Accept, signal: AbortSignal): Promise<Ack> {
    for (const pause of ACCEPT_TRIES_MS) {
      try {
        return await accept(delivery);
      } catch (error) {
        if (toGatewayError(error).failure.retry === 'never') throw error;
        await this.#deps.clock.sleep(pause, signal);
      }
    }
    return accept(delivery);
  }

  #strange(event: string, bytes: number): void {
    const heldBack = this.#quiet(event);
    if (heldBack !== undefined) this.#deps.log.warn(event, { channel: this.#deps.channel, bytes, heldBack });
  }

  #gone(error: unknown): void {
    if (this.#liveSince !== undefined) this.#pauses.worked(this.#deps.clock.now() - this.#liveSince);
    this.#liveSince = undefined;
    this.#line = undefined;
    this.#exchange.broken(error);
  }

  #lost(error: unknown): void {
    this.#gone(error);
    const { log, channel } = this.#deps;
    if (error instanceof TakenOver) {
      const hint =
        'another program is connected with the same WECOM_BOT_ID: stop one of the two; this one stays away for a while';
      return log.error('long connection taken over', { channel, hint });
    }
    if (isRefusal(error)) log.error('long connection refused', { channel, error });
    else log.warn('long connection lost', { channel, error });
  }
}

function isTakeOver(frame: Frame): boolean {
  return textAt(objectAt(frame.body, 'event'), 'eventtype') === 'disconnected_event';
}
