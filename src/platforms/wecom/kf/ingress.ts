import { GatewayError } from '../../../core/errors.ts';
import type { Delivery } from '../../../core/event.ts';
import { type Json, parseObject, textAt } from '../../../lib/read.ts';
import { createIngress as createAppIngress } from '../app/ingress.ts';
import type { WecomKfConfig } from './config.ts';

/** A delivery that has proved where it comes from. */
export type Entered =
  /** The vendor checks the address: answered with the bare text. */
  | { readonly kind: 'echo'; readonly text: string }
  /** Something happened at an account; what, has to be pulled. */
  | { readonly kind: 'signal'; readonly account: string; readonly token: string }
  /** Other accounts may be used than before. */
  | { readonly kind: 'accounts' }
  | { readonly kind: 'other'; readonly what: string }
  | { readonly kind: 'page'; readonly page: Json };

export interface Ingress {
  /** @throws {GatewayError} one of the refusals. */
  enter(delivery: Delivery, now: number): Entered;
}

/** Lets in only what the vendor made for this company's customer service; a page was pulled by ourselves. */
export function createIngress(config: WecomKfConfig): Ingress {
  const callbacks = createAppIngress(config);
  return {
    enter(delivery, now) {
      if (delivery.via === 'pull') return { kind: 'page', page: pageOf(delivery) };
      const entered = callbacks.enter(delivery, now);
      return entered.kind === 'echo' ? entered : readSignal(entered.event);
    },
  };
}

function pageOf({ body }: Delivery): Json {
  const page = parseObject(Buffer.from(body).toString('utf8'));
  if (!page) throw new GatewayError('body_malformed', 'a page is no JSON object');
  return page;
}

/** @see https://developer.work.weixin.qq.com/document/path/94670 */
function readSignal(event: Json): Entered {
  const name = textAt(event, 'MsgType') === 'event' ? textAt(event, 'Event') : textAt(event, 'MsgType');
  if (name === '') throw new GatewayError('body_malformed', 'a callback has neither a type nor an event');
  if (name === 'kf_account_auth_change') return { kind: 'accounts' };
  const account = textAt(event, 'OpenKfId');
  if (name !== 'kf_msg_or_event' || account === '') return { kind: 'other', what: name.slice(0, 60) };
  return { kind: 'signal', account, token: textAt(event, 'Token') };
}
