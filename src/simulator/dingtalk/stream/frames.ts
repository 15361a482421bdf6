import type { Json } from '../../../lib/read.ts';
import { randomHex, steadyHex } from '../../ids.ts';

export const TOPIC_ROBOT = '/v1.0/im/bot/messages/get';
export const TOPIC_CARD = '/v1.0/card/instances/callback';
export const TOPIC_EVENTS = '*';

export type FrameType = 'SYSTEM' | 'EVENT' | 'CALLBACK';

/** What goes down the line. */
export interface DownFrame {
  readonly type: FrameType;
  readonly topic: string;
  /** Undefined for a new one. */
  readonly id?: string;
  /** Beside those that every frame has. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly data: string;
}

/** What comes up: only ever the ack of a frame. */
export interface Ack {
  readonly messageId: string;
  readonly code: number;
  /** JSON within the JSON. */
  readonly data: string;
}

export function newFrameId(): string {
  const hex = randomHex();
  return `${hex.slice(0, 8)}_${hex.slice(8, 11)}_${hex.slice(11, 22)}`;
}

/** As it stands on the line. */
export function written(frame: DownFrame, id: string, line: { app: string; connection: string; now: number }): string {
  const headers = {
    topic: frame.topic,
    messageId: id,
    contentType: 'application/json',
    time: String(line.now),
    appId: uuidOf(steadyHex(32, 'dingtalk-unified-app', line.app)),
    connectionId: line.connection,
    ...frame.headers,
  };
  return JSON.stringify({ specVersion: '1.0', type: frame.type, headers, data: frame.data });
}

/** Undefined when it is none. */
export function readAck(frame: Json | undefined): Ack | undefined {
  const headers = frame?.['headers'] as Json | undefined;
  const messageId = headers?.['messageId'];
  const code = frame?.['code'];
  if (typeof messageId !== 'string' || typeof code !== 'number') return undefined;
  const data = frame?.['data'];
  return { messageId, code, data: typeof data === 'string' ? data : '' };
}

export function uuidOf(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
