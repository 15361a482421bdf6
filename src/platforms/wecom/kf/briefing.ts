import type { InLanguages, Lang } from '../../../core/lang.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { vendorCodeOf } from '../errors.ts';
import type { Customer, KfApi } from './api.ts';
import type { Chats } from './chats.ts';
import type { WecomKfConfig } from './config.ts';
import type { HandOverWhy, Line } from './dialogue.ts';
import { digestOf } from './digest.ts';
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
  readonly why: HandOverWhy;
}

/** Of a dialogue of one line there is nothing to sum up. */
const FEWEST_LINES = 2;
/** The secret is none of an app's, or the app may not ask. */
const NO_APP = new Set([40056, 48002, 48006]);

/**
 * Tells a servicer what was said before she took over. Whatever stands in the customer's chat is read by the customer too, so it is a
 * message of the app to the servicer herself. It is ordered like a push: stored, and sent when the vendor can be reached.
 */
export class Briefing {
  readonly #api: KfApi;
  readonly #chats: Chats;
  readonly #config: Pick<WecomKfConfig, 'summary'>;
  readonly #deps: PlatformDeps;

  constructor(api: KfApi, chats: Chats, config: Pick<WecomKfConfig, 'summary'>, deps: PlatformDeps) {
    this.#api = api;
    this.#chats = chats;
    this.#config = config;
    this.#deps = deps;
  }

  /** Has her told once. @throws {GatewayError} `store_unavailable`; then it is not ordered, and the same hand-over is told again. */
  async tell(handOver: HandOver, signal: AbortSignal): Promise<void> {
    const { customer } = handOver;
    const chat = chatOf(customer);
    if (await this.#chats.wasBriefed(chat, handOver.key)) return;
    const lines = await this.#chats.lines(chat);
    if (lines.length >= FEWEST_LINES) {
      const name = await this.#nameOf(customer, signal);
      await this.#order(handOver, 'briefing', digestOf({ ...handOver, name, lines }));
      // Nobody waits for it, and what the servicer needs she has.
      if (this.#config.summary === 'agent') void this.#sumUp(handOver, name, lines);
    }
    await this.#chats.briefed(chat, handOver.key);
  }

  async #order({ key, servicer, lang }: HandOver, what: string, text: string): Promise<void> {
    const content = { kind: 'text', text } as const;
    await this.#deps.order?.({ key: `${what} ${msgidOf(key, 'b')}`, kind: 'staff', id: servicer, content, lang });
  }

  /** What the agent makes of the dialogue follows, if it comes in time. */
  async #sumUp(handOver: HandOver, name: string, lines: readonly Line[]): Promise<void> {
    const { lang, key } = handOver;
    const said = lines.map(({ by, text }) => `${label(lang, by)}${text}`);
    try {
      const summary = await this.#deps.summarize?.({ key, lines: said, lang });
      const whose = name === '' ? label(lang, 'someone') : name;
      if (summary !== undefined)
        await this.#order(handOver, 'summary', `${label(lang, 'summary', { name: whose })}\n${summary}`);
    } catch (error) {
      this.#deps.log.warn('summary not sent', { channel: this.#deps.channel, error });
    }
  }

  async #nameOf(customer: Customer, signal: AbortSignal): Promise<string> {
    return this.#api.nameOf(customer, signal).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return '';
    });
  }
}

/** Why no servicer can be told anything; undefined where she can. @throws {WecomError} What else the vendor refuses. */
export async function briefingFault(api: KfApi, signal: AbortSignal): Promise<InLanguages | undefined> {
  const agent = await api.ownAgent(signal).catch((error: unknown) => {
    if (NO_APP.has(vendorCodeOf(error) ?? 0)) return undefined;
    throw error;
  });
  if (agent !== undefined) return undefined;
  return {
    zh: '接手的同事看不到此前的对话：WECOM_KF_SECRET 不是自建应用的 Secret；请使用 微信客服 → API → 可调用接口的应用 中所列应用的 Secret。',
    en: 'Colleagues who take over are not told what was said before: WECOM_KF_SECRET is not that of a self-built app; take the Secret of the app listed under WeChat Customer Service → API → apps that may call (可调用接口的应用).',
  };
}
