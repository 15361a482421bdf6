import type { Lang } from '../../../core/lang.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { vendorCodeOf } from '../errors.ts';
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
 * message of the app to the servicer herself. It is ordered like a push: stored, and sent when the vendor can be reached.
 */
export class Briefing {
  readonly #api: KfApi;
  readonly #chats: Chats;
  readonly #deps: PlatformDeps;

  constructor(api: KfApi, chats: Chats, deps: PlatformDeps) {
    this.#api = api;
    this.#chats = chats;
    this.#deps = deps;
  }

  /** Has her told once. @throws {GatewayError} `store_unavailable`; then it is not ordered, and the same hand-over is told again. */
  async tell(handOver: HandOver, signal: AbortSignal): Promise<void> {
    const { customer, servicer, lang } = handOver;
    const chat = chatOf(customer);
    if (await this.#chats.wasBriefed(chat, handOver.key)) return;
    const text = await this.#text(handOver, signal);
    const key = `briefing ${msgidOf(handOver.key, 'b')}`;
    if (text !== undefined)
      await this.#deps.order?.({ key, kind: 'staff', id: servicer, content: { kind: 'text', text }, lang });
    await this.#chats.briefed(chat, handOver.key);
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
    return [head, ...said].join('\n');
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
