import { describe, expect, it } from 'vitest';
import { encodeFrame, parseFrame } from './frames.ts';

const WHOLE = encodeFrame('aibot_msg_callback', 'q-9', { msgtype: 'text', text: { content: '你好' } });
const read = (text: string) => parseFrame(Buffer.from(text));

describe('a frame of the long connection', () => {
  it('is read as it was written', () => {
    expect(read(WHOLE)).toMatchObject({ cmd: 'aibot_msg_callback', reqId: 'q-9', body: { text: { content: '你好' } } });
  });

  it('that was cut, wherever, is none', () => {
    const bytes = Buffer.from(WHOLE);
    for (let length = 0; length < bytes.length; length += 1)
      expect(parseFrame(bytes.subarray(0, length))).toBeUndefined();
  });

  it('without an id, or with one of another kind, is none', () => {
    for (const text of ['null', '[]', '"x"', '{}', '{"headers":{}}', '{"headers":{"req_id":7}}', '{"headers":[]}'])
      expect(read(text)).toBeUndefined();
  });

  it('whose code is no number is no success', () => {
    for (const code of ['', ',"errcode":"ok"', ',"errcode":null', ',"errcode":{}'])
      expect(read(`{"headers":{"req_id":"q"}${code}}`)?.code).toBeUndefined();
  });
});
