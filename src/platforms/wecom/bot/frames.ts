import { randomBytes } from 'node:crypto';
import { type Json, numberAt, objectAt, parseObject, textAt } from '../../../lib/read.ts';
import { writeJson } from '../client.ts';

/** One text message of the long connection; what a field of the wrong kind says counts as absent. */
export interface Frame {
  /** Empty in an answer. */
  readonly cmd: string;
  readonly reqId: string;
  readonly body: Json;
  /** Of an answer; undefined where there is none, which is no success. */
  readonly code: number | undefined;
  readonly message: string;
}

/** @returns Undefined for what is no frame. */
export function parseFrame(data: Uint8Array): Frame | undefined {
  const json = parseObject(Buffer.from(data).toString('utf8'));
  if (!json) return undefined;
  const reqId = textAt(objectAt(json, 'headers'), 'req_id');
  if (reqId === '') return undefined;
  return {
    cmd: textAt(json, 'cmd'),
    reqId,
    body: objectAt(json, 'body'),
    code: numberAt(json, 'errcode'),
    message: textAt(json, 'errmsg'),
  };
}

export function encodeFrame(cmd: string, reqId: string, body?: Json): string {
  return writeJson({ cmd, headers: { req_id: reqId }, ...(body && { body }) });
}

/** In the form of the vendor's own client: answers are told apart by it. */
export function newReqId(cmd: string, now: number): string {
  return `${cmd}_${now}_${randomBytes(4).toString('hex')}`;
}
