import { GatewayError } from '../../../core/errors.ts';
import type { Delivery } from '../../../core/event.ts';
import { type Json, textAt } from '../../../lib/read.ts';
import { parseXml, XmlError } from '../../../lib/xml.ts';
import { bodyText, type Callbacks, createCallbacks, echoIn, encryptedIn } from '../callback.ts';
import type { WecomConfig } from './config.ts';

/** A delivery that has proved where it comes from. */
export type Entered =
  /** The vendor checks the address: answered with the bare text. */
  { readonly kind: 'echo'; readonly text: string } | { readonly kind: 'event'; readonly event: Json };

export interface Ingress {
  /** @throws {GatewayError} one of the refusals. */
  enter(delivery: Delivery, now: number): Entered;
}

type Secrets = Pick<WecomConfig, 'corpId' | 'token' | 'encodingAesKey'>;

/** Lets in only what the vendor made for this company's app. */
export function createIngress({ corpId, token, encodingAesKey }: Secrets): Ingress {
  const callbacks: Callbacks = createCallbacks({ token, encodingAesKey, receiveId: corpId });
  return {
    enter({ method, query, body }, now) {
      if (method === 'GET') return { kind: 'echo', text: callbacks.open(query, echoIn(query), now) };
      const text = bodyText(body);
      // Without a secret nothing is looked at, so that the operator reads what is wrong instead of "malformed".
      const encrypted = token === '' ? '' : encryptedIn(text);
      const event = parsed(callbacks.open(query, encrypted, now));
      if (textAt(event, 'ToUserName') !== corpId)
        throw new GatewayError('app_mismatch', 'a callback is for another company than the one configured');
      return { kind: 'event', event };
    },
  };
}

function parsed(xml: string): Json {
  try {
    return parseXml(xml);
  } catch (cause) {
    if (!(cause instanceof XmlError)) throw cause;
    throw new GatewayError('body_malformed', `a callback is not the XML that is taken: ${cause.message}`, { cause });
  }
}
