import { describe, expect, it } from 'vitest';
import { fixture } from '../../../../test/fixtures/wecom/load.ts';
import { type ChannelName, id } from '../../../core/ids.ts';
import type { Json } from '../../../lib/read.ts';
import { parseXml } from '../../../lib/xml.ts';
import { isApprovalEvent, parseApproval } from './approval-events.ts';

const CONTEXT = { channel: id<ChannelName>('wecom'), corpId: 'ww5a1c0ffee0001234', agentId: 1_000_007, now: 1 };

const RECORD = (status: number) =>
  `<SpRecord><SpStatus>${status}</SpStatus><ApproverAttr>1</ApproverAttr><Details><Approver><UserId>Zhao</UserId></Approver><SpStatus>${status}</SpStatus></Details></SpRecord>`;
const event = (
  status: number,
  { why = 2, at = 1_767_226_000, no = '202601010001', records = RECORD(status) } = {},
): Json =>
  parseXml(
    `<xml><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>${at}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[sys_approval_change]]></Event><AgentID>3010040</AgentID><ApprovalInfo><SpNoStr><![CDATA[${no}]]></SpNoStr><SpStatus>${status}</SpStatus><TemplateId><![CDATA[3Tk]]></TemplateId><Applyer><UserId><![CDATA[Lin.Mei]]></UserId></Applyer>${records}<StatuChangeEvent>${why}</StatuChangeEvent></ApprovalInfo></xml>`,
  );
const keyOf = (payload: Json) => {
  const read = parseApproval(payload, CONTEXT);
  return read.kind === 'ignored' ? undefined : read.key;
};

describe('an event about an approval', () => {
  it('comes from nobody and for the vendor’s own app, and is known by its name', () => {
    expect(isApprovalEvent(fixture('approval'))).toBe(true);
    expect(isApprovalEvent(fixture('enter-agent'))).toBe(false);
  });

  it('says which it is, who asked, and when it came to that', () => {
    expect(parseApproval(event(2), CONTEXT)).toMatchObject({
      kind: 'approval',
      at: 1_767_226_000_000,
      instance: '202601010001',
      template: '3Tk',
      from: { account: 'lin.mei' },
      to: { channel: 'wecom', kind: 'direct', chat: 'lin.mei' },
      change: { of: 'instance', state: 'approved' },
    });
    expect(parseApproval(fixture('approval'), CONTEXT)).toMatchObject({ instance: '202601010001' });
  });

  it.each([
    [1, 'running'],
    [2, 'approved'],
    [3, 'refused'],
    [4, 'canceled'],
    [6, 'canceled'],
    [7, 'terminated'],
    [10, 'approved'],
  ])('with status %i is read as %s', (status, state) => {
    expect(parseApproval(event(status), CONTEXT)).toMatchObject({ change: { of: 'instance', state } });
  });

  it('has the same key each time it is delivered, and another for everything else, within a second too', () => {
    expect(keyOf(event(2))).toBe(keyOf(event(2)));
    const others = [
      event(1, { why: 1 }),
      event(2),
      event(1, { records: RECORD(2) + RECORD(1) }),
      event(2, { at: 1_767_226_001 }),
      event(2, { no: '202601010002' }),
      event(6, { why: 8 }),
    ];
    expect(new Set(others.map(keyOf)).size).toBe(others.length);
  });

  it('of an engine inside an app has a number of its own', () => {
    const payload = {
      MsgType: 'event',
      Event: 'open_approval_change',
      CreateTime: '1767226000',
      ApprovalInfo: { ThirdNo: 'third-1', OpenSpStatus: '3', OpenTemplateId: 'open-t', ApplyUserId: 'lin' },
    };
    expect(isApprovalEvent(payload)).toBe(true);
    expect(parseApproval(payload, CONTEXT)).toMatchObject({ instance: 'third-1', change: { state: 'refused' } });
  });

  it('of a status nobody knows yet is ignored, and one about nothing refused', () => {
    expect(parseApproval(event(99), CONTEXT)).toMatchObject({ kind: 'ignored', why: 'unknown-type' });
    expect(() => parseApproval(event(2, { no: '' }), CONTEXT)).toThrow(
      expect.objectContaining({ code: 'body_malformed' }),
    );
  });
});
