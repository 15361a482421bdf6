import { type Json, objectAt, parseObject, textAt } from '../../lib/read.ts';

/** What comes over the long connection: one JSON object a message, its `data` again JSON text. */
export interface StreamFrame {
  readonly type: 'SYSTEM' | 'EVENT' | 'CALLBACK';
  readonly topic: string;
  /** Names this frame and no event: a redelivery has another one. */
  readonly messageId: string;
  readonly eventType: string;
  readonly data: string;
}

/**
 * Reads a frame.
 *
 * @returns Undefined for anything that is none: it can be neither answered nor acted on.
 * @see https://opensource.dingtalk.com/developerpedia/docs/learn/stream/protocol
 */
export function readFrame(text: string): StreamFrame | undefined {
  const frame = parseObject(text);
  if (!frame) return undefined;
  const headers = objectAt(frame, 'headers');
  const type = textAt(frame, 'type');
  const messageId = textAt(headers, 'messageId');
  if ((type !== 'SYSTEM' && type !== 'EVENT' && type !== 'CALLBACK') || messageId === '') return undefined;
  return {
    type,
    topic: textAt(headers, 'topic'),
    messageId,
    eventType: textAt(headers, 'eventType'),
    data: textAt(frame, 'data'),
  };
}

/** The answer to a frame. @param data - As JSON text. */
export function ackFrame(messageId: string, code: 200 | 400 | 404, data: string): string {
  const message = code === 200 ? 'OK' : code === 404 ? 'no handler' : 'refused';
  return JSON.stringify({ code, headers: { messageId, contentType: 'application/json' }, message, data });
}

/** The data of an answer to a callback. @param body - JSON text, or '' where there is nothing to say. */
export function responseData(body: string): string {
  const response: Json | null = body === '' ? null : (parseObject(body) ?? null);
  return JSON.stringify({ response });
}

export const EVENT_TAKEN = JSON.stringify({ status: 'SUCCESS' });
export const EVENT_LATER = JSON.stringify({ status: 'LATER', message: 'not stored' });
