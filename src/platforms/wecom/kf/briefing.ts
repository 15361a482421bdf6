import { toGatewayError } from '../../../core/errors.ts';
import { id, type SendKey } from '../../../core/ids.ts';
import type { Lang } from '../../../core/lang.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { indexAtByte } from '../../../lib/markdown.ts';
import { AppApi } from '../app/api.ts';
import { PER_MEMBER_PER_HOUR, PER_MEMBER_PER_MINUTE } from '../app/limits.ts';
import { textBody } from '../app/messages.ts';
import type { WecomClient } from '../client.ts';
import { harmless } from '../dialects.ts';
import { vendorCodeOf } from '../errors.ts';
import { MAX_TEXT_BYTES } from '../limits.ts';
import type { Customer, KfApi } from './api.ts';
import type { Chats } from './chats.ts';
import { chatOf } from './events.ts';
import { label } from './labels.ts';
import { msgidOf } from './msgids.ts';

/** One hand-over: whom, to whom, and what it is known by. */
export interface HandOver {
  readonly customer: Customer;
  /** A userid. */
  readonly servicer: string;
  readonly key: string;
  readonly lang: Lang;
}

/** Of a dialogue of one line there is nothing to sum up. */
const FEWEST_LINES = 2;
/** The secret is none of an app's, or the app may not ask. */
const NO_APP = new Set([40056, 48002, 48006]);

/**
 * Tells a servicer what was said before she took over. Whatever stands in the customer's chat is read by the customer too, so it is a
 * message of the app to the servicer herself.
 */
export class Briefing {
  readonly #client: WecomClient;
  readonly #api: KfApi;
  readonly #chats: Chats;
  readonly #deps: PlatformDeps;
  #app: AppApi | undefined;

  constructor(client: WecomClient, api: KfApi, chats: Chats, deps: PlatformDeps) {
    this.#client = client;
    this.#api = api;
    this.#chats = chats;
    this.#deps = deps;
  }

  /** Tells her once; what keeps it from her is logged with a reference, and the hand-over stands. */
  async tell(handOver: HandOver, signal: AbortSignal): Promise<void> {
    const chat = chatOf(handOver.customer);
    if (await this.#chats.wasBriefed(chat, handOver.key)) return;
    try {
      const text = await this.#text(handOver, signal);
      const key: SendKey = id(msgidOf(handOver.key, 'b'));
      if (text !== undefined) await this.#send(handOver.servicer, text, key, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#log('servicer not told what was said', handOver, error);
    }
    await this.#chats.briefed(chat, handOver.key);
  }

  async #send(servicer: string, text: string, key: SendKey, signal: AbortSignal): Promise<void> {
    this.#app ??= await this.#findApp(signal);
    await this.#app.send(id(servicer), textBody(text), key, { priority: 'final', signal });
  }

  async #findApp(signal: AbortSignal): Promise<AppApi> {
    const agentId = (await this.#api.ownAgent(signal)) ?? 0;
    const limits = { perMemberPerMinute: PER_MEMBER_PER_MINUTE, perMemberPerHour: PER_MEMBER_PER_HOUR };
    return new AppApi(this.#client, { agentId, limits }, this.#deps);
  }

  async #text({ customer, lang }: HandOver, signal: AbortSignal): Promise<string | undefined> {
    const lines = await this.#chats.lines(chatOf(customer));
    if (lines.length < FEWEST_LINES) return undefined;
    const name = await this.#api.nameOf(customer, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return '';
    });
    const head = label(lang, name === '' ? 'briefing' : 'briefingOf', { name });
    const said = lines.map(({ by, text }) => `${label(lang, by)}${text}`);
    const { mask } = this.#deps;
    const whole = [head, ...said].join('\n');
    const text = harmless(mask === undefined ? whole : mask(whole));
    return text.slice(0, indexAtByte(text, MAX_TEXT_BYTES));
  }

  #log(event: string, { servicer, key }: HandOver, error: unknown): void {
    const { log, channel } = this.#deps;
    log.warn(event, { channel, servicer, handOver: msgidOf(key, 'b'), error: toGatewayError(error) });
  }
}

/** Why no servicer can be told anything; undefined where she can. @throws {WecomError} What else the vendor refuses. */
export async function briefingFault(api: KfApi, signal: AbortSignal): Promise<string | undefined> {
  const agent = await api.ownAgent(signal).catch((error: unknown) => {
    if (NO_APP.has(vendorCodeOf(error) ?? 0)) return undefined;
    throw error;
  });
  if (agent !== undefined) return undefined;
  return 'Colleagues who take over are not told what was said before: WECOM_KF_SECRET is not that of a self-built app; take the Secret of the app listed under WeChat Customer Service → API → apps that may call (可调用接口的应用).';
}
