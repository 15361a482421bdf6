import { toGatewayError } from '../../../core/errors.ts';
import { type ChatId, id } from '../../../core/ids.ts';
import type { Lang } from '../../../core/lang.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { guessLang } from '../../../core/text.ts';
import { type Json, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import { vendorCodeOf } from '../errors.ts';
import type { Customer, KfApi, Service, ServiceState } from './api.ts';
import type { Briefing } from './briefing.ts';
import type { Chats } from './chats.ts';
import type { WecomKfConfig } from './config.ts';
import type { HandOverWhy } from './dialogue.ts';
import { chatOf, customerIn, isCustomers, isHistory, timeOf } from './events.ts';
import { label } from './labels.ts';
import { PERSON } from './menus.ts';
import { msgidOf } from './msgids.ts';

const POOL: ServiceState = 2;
const SERVED: ServiceState = 3;

/** Picked from the pool, handed on by a colleague (D:94670). */
const HANDED_ON = 2;
const HAS_NEW_SERVICER = new Set([1, HANDED_ON]);

/** Nobody by this name here, not on duty, or not to be given to just now. */
const NOT_THIS_ONE = new Set([95014, 95016, 95019, 60030, 60111]);
/** The account or the customer is not there: nobody serves. */
const NO_SESSION = new Set([95000, 95004, 95013, 40096]);

export interface SortOptions {
  readonly isFirst: boolean;
  readonly now: number;
}

/** What a customer is given to a person for. */
export interface Cause {
  readonly lang: Lang;
  /** Of what caused it: the same cause tells the customer once. */
  readonly key: string;
  readonly why: HandOverWhy;
}

/** Where the bot ends and people begin: who answers a customer, and how she is given to a person. */
export class Desk {
  readonly #api: KfApi;
  readonly #config: WecomKfConfig;
  readonly #chats: Chats;
  readonly #briefing: Briefing;
  readonly #deps: PlatformDeps;

  constructor(api: KfApi, config: WecomKfConfig, chats: Chats, briefing: Briefing, deps: PlatformDeps) {
    this.#api = api;
    this.#config = config;
    this.#chats = chats;
    this.#briefing = briefing;
    this.#deps = deps;
  }

  /** Looks at a page before it is stored: hands over who asks for it. @returns Messages (msgid) that a person answers. */
  async sort(
    account: string,
    items: readonly Json[],
    options: SortOptions,
    signal: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const served = new Set<string>();
    const states = new Map<string, ServiceState>();
    for (const [index, item] of items.entries()) {
      if (isHistory(item, { ...options, historyMs: this.#config.historyMinutes * 60_000 })) continue;
      if (!isCustomers(item)) {
        await this.#takenOver(item, account, signal);
        continue;
      }
      const customer = { account, id: textAt(item, 'external_userid') };
      const state = states.get(customer.id) ?? (await this.#lookAt(customer, langOf(item), signal));
      states.set(customer.id, state);
      const isPress = textAt(objectAt(item, 'text'), 'menu_id') !== '';
      await this.#chats.heard(chatOf(customer), {
        message: id(textAt(item, 'msgid')),
        text: wordsOf(item),
        at: timeOf(item),
        isPress,
        asksForPerson: this.#asksForPerson(item),
      });
      const byPerson = state === SERVED || state === POOL || isTakenLater(items.slice(index + 1), customer.id);
      const outcome = byPerson ? 'theirs' : await this.#outcomeOf(item, customer, signal);
      if (outcome === 'served') states.set(customer.id, SERVED);
      if (outcome !== 'ours') served.add(textAt(item, 'msgid'));
    }
    return served;
  }

  async #outcomeOf(item: Json, customer: Customer, signal: AbortSignal): Promise<'served' | 'told' | 'ours'> {
    if (!this.#asksForPerson(item)) return 'ours';
    return this.tryHandOver(chatOf(customer), { lang: langOf(item), key: textAt(item, 'msgid'), why: 'asked' }, signal);
  }

  /** Who serves; whoever was given a customer just before we died is told now what was said. */
  async #lookAt(customer: Customer, lang: Lang, signal: AbortSignal): Promise<ServiceState> {
    const { state, servicer } = await this.#stateOf(customer, signal);
    const key = state === SERVED && servicer !== '' ? await this.#chats.untold(chatOf(customer)) : '';
    if (key !== '') await this.#tellServicer(customer, servicer, { key, lang }, signal);
    return state;
  }

  /** A servicer took a customer out of the pool, or had her handed on by a colleague. */
  async #takenOver(item: Json, account: string, signal: AbortSignal): Promise<void> {
    const event = objectAt(item, 'event');
    if (textAt(event, 'event_type') !== 'session_status_change') return;
    const [customer, servicer] = [textAt(event, 'external_userid'), textAt(event, 'new_servicer_userid')];
    const change = numberAt(event, 'change_type') ?? 0;
    if (!HAS_NEW_SERVICER.has(change) || customer === '' || servicer === '') return;
    const by = { account, id: customer };
    const last = (await this.#chats.lines(chatOf(by))).findLast((line) => line.by === 'customer');
    const lang = guessLang(last?.text ?? '') ?? 'zh';
    const why = change === HANDED_ON ? 'colleague' : await this.#chats.why(chatOf(by));
    await this.#briefing.tell({ customer: by, servicer, key: textAt(item, 'msgid'), lang, why }, signal);
  }

  async #tellServicer(
    customer: Customer,
    servicer: string,
    { key, lang }: Pick<Cause, 'key' | 'lang'>,
    signal: AbortSignal,
  ): Promise<void> {
    const why = await this.#chats.why(chatOf(customer));
    await this.#briefing.tell({ customer, servicer, key, lang, why }, signal);
  }

  /** Hands over, where the operator has not to set something right first: that must not hold up everybody else, and the bot answers. */
  async tryHandOver(chat: ChatId, cause: Cause, signal: AbortSignal): Promise<'served' | 'told' | 'ours'> {
    try {
      return (await this.handOver(chat, cause, signal)) ? 'served' : 'told';
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (error.failure.retry !== 'never') throw error;
      this.#deps.log.error('customer not handed over', { channel: this.#deps.channel, error });
      return 'ours';
    }
  }

  /**
   * Gives a customer to somebody on duty, else to the pool; where nobody is there she is told so.
   *
   * @returns Whether a person will answer.
   */
  async handOver(chat: ChatId, cause: Cause, signal: AbortSignal): Promise<boolean> {
    const { lang, key, why } = cause;
    const customer = customerIn(chat);
    const state = await this.#lookAt(customer, lang, signal);
    if (state === SERVED || state === POOL) return true;
    await this.#chats.handing(chat, key, why);
    const onDuty = shuffled(await this.#api.servicersOnDuty(customer.account, signal), this.#deps.random);
    for (const servicer of onDuty) if (await this.#give(customer, servicer, cause, signal)) return true;
    if (onDuty.length > 0 && (await this.#give(customer, undefined, cause, signal))) return true;
    await this.#chats.handing(chat, '');
    await this.#tellNobody(customer, cause, signal);
    return false;
  }

  async #give(customer: Customer, servicer: string | undefined, cause: Cause, signal: AbortSignal): Promise<boolean> {
    const { log, channel } = this.#deps;
    try {
      const code = await this.#api.give(customer, servicer, signal);
      log.info('customer handed over', { channel, to: servicer === undefined ? 'pool' : 'servicer' });
      await this.#chats.wasUseful(chatOf(customer));
      await this.#tellHandedOver(code, servicer === undefined ? 'queued' : 'handedOver', cause, signal);
      if (servicer !== undefined) await this.#briefing.tell({ customer, servicer, ...cause }, signal);
      return true;
    } catch (error) {
      if (!NOT_THIS_ONE.has(vendorCodeOf(error) ?? 0)) throw error;
      return false;
    }
  }

  /** The one word that may be said in a session that is a person's. */
  async #tellHandedOver(
    code: string,
    what: 'queued' | 'handedOver',
    { lang, key }: Cause,
    signal: AbortSignal,
  ): Promise<void> {
    if (code === '') return;
    const words = textOf(label(lang, what));
    await this.#decoration(this.#api.sendOnEvent(code, words, msgidOf(key, 'h'), { priority: 'final', signal }));
  }

  /** Whoever asks for a person is told each time; when the agent or complaints want one, once in a while. */
  async #tellNobody(customer: Customer, { lang, key, why }: Cause, signal: AbortSignal): Promise<void> {
    const { officeHours } = this.#config;
    const hours = officeHours === '' ? [] : [label(lang, 'hours', { hours: officeHours })];
    const text = [label(lang, 'nobody'), ...hours, label(lang, 'meanwhile')].join('\n');
    const [chat, msgid] = [chatOf(customer), msgidOf(key, 'o')];
    if ((await this.#chats.room(chat, undefined)) <= 0) return;
    if (why !== 'asked' && !(await this.#chats.mayTellNobody(chat))) return;
    await this.#chats.sent(chat, msgid);
    await this.#decoration(this.#api.send(customer, textOf(text), msgid, { priority: 'final', signal }));
  }

  /** What is only told must not undo what was done. */
  async #decoration(telling: Promise<void>): Promise<void> {
    await telling.catch((error: unknown) =>
      this.#deps.log.warn('customer not told', { channel: this.#deps.channel, error }),
    );
  }

  async #stateOf(customer: Customer, signal: AbortSignal): Promise<Service> {
    return this.#api.state(customer, signal).catch((thrown: unknown) => {
      const error = toGatewayError(thrown);
      if (error.failure.retry !== 'never') throw error;
      // What we say while a person serves is refused anyway.
      if (!NO_SESSION.has(vendorCodeOf(error) ?? 0))
        this.#deps.log.error('state of a session not read', { channel: this.#deps.channel, error });
      return { state: 0, servicer: '' };
    });
  }

  #asksForPerson(item: Json): boolean {
    if (textAt(item, 'msgtype') !== 'text') return false;
    const text = objectAt(item, 'text');
    return textAt(text, 'menu_id') === PERSON || saysOneOf(textAt(text, 'content'), this.#config.handOverWords);
  }
}

/** A servicer has answered since, or the session has changed hands. */
function isTakenLater(later: readonly Json[], customer: string): boolean {
  return later.some((item) => {
    const event = objectAt(item, 'event');
    if (textAt(event, 'event_type') === 'session_status_change') return textAt(event, 'external_userid') === customer;
    return item['origin'] === 5 && textAt(item, 'external_userid') === customer;
  });
}

const MOST_CHARS_AROUND = 20;

/** The word alone; or inside a short sentence, where the word is long enough to mean only this. */
export function saysOneOf(text: string, words: readonly string[]): boolean {
  const said = text
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, ' ')
    .trim();
  return words.some((word) => {
    const wanted = word.toLowerCase().trim();
    const isClear = wanted.length >= 3 && said.length <= wanted.length + MOST_CHARS_AROUND;
    return said === wanted || (isClear && said.includes(wanted));
  });
}

function wordsOf(item: Json): string {
  const type = textAt(item, 'msgtype');
  return type === 'text' ? textAt(objectAt(item, 'text'), 'content') : `[${type}]`;
}

function langOf(item: Json): Lang {
  return guessLang(wordsOf(item)) ?? 'zh';
}

function textOf(content: string): { readonly type: string; readonly content: Json } {
  return { type: 'text', content: { content } };
}

/** So that not always the first one gets everybody. */
function shuffled(all: readonly string[], random: () => number): readonly string[] {
  const start = Math.floor(random() * all.length);
  return [...all.slice(start), ...all.slice(0, start)];
}
