import { describe, expect, it } from 'vitest';
import { toGatewayError } from '../../src/core/errors.ts';
import type { InboundEvent } from '../../src/core/event.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import type { Json } from '../../src/lib/read.ts';
import { parseXml } from '../../src/lib/xml.ts';
import {
  isContactEvent as isDingtalk,
  parseContact as parseDingtalk,
} from '../../src/platforms/dingtalk/contact-events.ts';
import { isContactEvent as isFeishu, parseContact as parseFeishu } from '../../src/platforms/feishu/contact-events.ts';
import { openEnvelope } from '../../src/platforms/feishu/events.ts';
import { isContactChange, parseContactChange } from '../../src/platforms/wecom/app/contact-events.ts';

const channel = id<ChannelName>('here');
const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'none';
  } catch (error) {
    return toGatewayError(error).code;
  }
};
/** What a test looks at: whom it is about, and what has happened. */
const brief = (events: readonly InboundEvent[]) =>
  events.map((event) => {
    if (event.kind !== 'directory') return event.kind;
    const { of, ...more } = event.change;
    return [event.from.account, of, ...Object.values(more)].join(' ').trim();
  });

describe('contact events of Feishu', () => {
  const read = (type: string, object: Json) => {
    const header = { event_id: 'e-1', event_type: type, create_time: '1767225600000', tenant_key: 't', app_id: 'cli' };
    return parseFeishu(openEnvelope({ schema: '2.0', header, event: { object } }), { channel, self: {}, now: 1 });
  };
  const ADA = { open_id: 'ou_ada', union_id: 'on_ada', department_ids: ['od-1'] };

  it('are known by their names, and others are not', () => {
    for (const name of ['user.created', 'user.updated', 'user.deleted', 'department.created', 'department.deleted']) {
      expect(isFeishu(`contact.${name}_v3`)).toBe(true);
    }
    expect(['contact.scope.updated_v3', 'contact.user.updated_v4', 'im.message.receive_v1'].some(isFeishu)).toBe(false);
  });

  it('say who came, changed, was frozen or left', () => {
    expect(read('contact.user.created_v3', ADA)).toMatchObject({
      kind: 'directory',
      key: 'e-1',
      at: 1_767_225_600_000,
      from: { account: 'ou_ada', everywhere: 'feishu:on_ada' },
      to: { channel: 'here', kind: 'direct', chat: 'ou_ada' },
      change: { of: 'member', left: false },
    });
    const statuses = [{ is_activated: true }, { is_frozen: true }, { is_resigned: true }, { is_exited: true }];
    expect(brief(statuses.map((status) => read('contact.user.updated_v3', { ...ADA, status })))).toEqual(
      ['false', 'true', 'true', 'true'].map((left) => `ou_ada member ${left}`),
    );
    expect(brief([read('contact.user.deleted_v3', ADA)])).toEqual(['ou_ada member true']);
  });

  it('say which department was made or removed', () => {
    const department = { open_department_id: 'od-1', name: 'HR', status: { is_deleted: false } };
    expect(brief([read('contact.department.updated_v3', department)])).toEqual(['department od-1 false']);
    expect(brief([read('contact.department.deleted_v3', department)])).toEqual(['department od-1 true']);
    const gone = { ...department, status: { is_deleted: true } };
    expect(brief([read('contact.department.updated_v3', gone)])).toEqual(['department od-1 true']);
  });

  it('are refused when they do not say whom they are about', () => {
    expect(codeOf(() => read('contact.user.updated_v3', { union_id: 'on_ada' }))).toBe('body_malformed');
    expect(codeOf(() => read('contact.department.created_v3', {}))).toBe('body_malformed');
  });
});

describe('contact events of WeCom', () => {
  const CONTEXT = { channel, corpId: 'ww1', agentId: 7, now: 1 };
  const event = (fields: string): Json =>
    parseXml(
      `<xml><ToUserName>ww1</ToUserName><FromUserName>sys</FromUserName><CreateTime>1767225600</CreateTime><MsgType>event</MsgType><Event>change_contact</Event>${fields}</xml>`,
    );
  const read = (fields: string) => parseContactChange(event(fields), CONTEXT);
  const member = (type: string, more = '') => read(`<ChangeType>${type}</ChangeType><UserID>Lin.Mei</UserID>${more}`);

  it('come from nobody and are known by their name', () => {
    expect(isContactChange(event('<ChangeType>create_user</ChangeType>'))).toBe(true);
    expect(isContactChange(parseXml('<xml><MsgType>event</MsgType><Event>enter_agent</Event></xml>'))).toBe(false);
  });

  it('say who came, changed, was shut out or left, in the small letters that messages have', () => {
    expect(member('create_user')[0]).toMatchObject({
      at: 1_767_225_600_000,
      from: { account: 'lin.mei', ids: { userid: 'lin.mei', corp_id: 'ww1' } },
      change: { of: 'member', left: false },
    });
    expect(brief(member('update_user', '<Status>1</Status>'))).toEqual(['lin.mei member false']);
    expect(brief(member('update_user', '<Status>2</Status>'))).toEqual(['lin.mei member true']);
    expect(brief(member('update_user', '<Status>5</Status>'))).toEqual(['lin.mei member true']);
    expect(brief(member('delete_user'))).toEqual(['lin.mei member true']);
  });

  it('are about both names when a member gets another', () => {
    const events = member('update_user', '<NewUserID>Mei</NewUserID>');
    expect(brief(events)).toEqual(['lin.mei member false', 'mei member false']);
    expect(new Set(events.map((one) => 'key' in one && one.key)).size).toBe(2);
  });

  it('say which department was made or removed', () => {
    expect(brief(read('<ChangeType>update_party</ChangeType><Id>12</Id>'))).toEqual(['department 12 false']);
    expect(brief(read('<ChangeType>delete_party</ChangeType><Id>12</Id>'))).toEqual(['department 12 true']);
  });

  it('have one key each time they come, and another when something else has changed within the second', () => {
    const keys = [
      member('update_user', '<Name>A</Name>'),
      member('update_user', '<Name>A</Name>'),
      member('update_user', '<Name>B</Name>'),
    ];
    const [first, again, other] = keys.map(([one]) => one && 'key' in one && one.key);
    expect([again === first, other === first]).toEqual([true, false]);
  });

  it('are refused without a name, and left alone when they are of another kind', () => {
    expect(codeOf(() => read('<ChangeType>create_user</ChangeType>'))).toBe('body_malformed');
    expect(codeOf(() => read('<ChangeType>delete_party</ChangeType>'))).toBe('body_malformed');
    expect(brief(read('<ChangeType>update_tag</ChangeType><TagId>1</TagId>'))).toEqual(['ignored']);
  });
});

describe('contact events of DingTalk', () => {
  const CONTEXT = { channel, robotCodes: [], isOurs: () => false, now: 1 };
  const read = (type: string, payload: Json) => parseDingtalk(type, payload, CONTEXT);

  it('are known by their names, and others are not', () => {
    for (const type of ['user_add_org', 'user_modify_org', 'user_leave_org', 'org_dept_create', 'org_dept_remove']) {
      expect(isDingtalk(type)).toBe(true);
    }
    expect(['user_active_org', 'bpms_task_change', 'chat_add_member'].some(isDingtalk)).toBe(false);
  });

  it('are one for each whom they are about, whichever way they come', () => {
    const both = ['lin.xiao', 'chen.yu'];
    const inStream = read('user_leave_org', { timeStamp: '1767225600000', userId: both });
    expect(brief(inStream)).toEqual(['lin.xiao member true', 'chen.yu member true']);
    expect(inStream[0]).toMatchObject({ at: 1_767_225_600_000, from: { ids: { staff_id: 'lin.xiao' } } });
    const overHttp = read('user_modify_org', {
      EventType: 'user_modify_org',
      TimeStamp: 1_767_225_600_000,
      UserId: both,
    });
    expect(brief(overHttp)).toEqual(['lin.xiao member false', 'chen.yu member false']);
  });

  it('say which departments were made or removed', () => {
    expect(brief(read('org_dept_modify', { deptId: [12, 13] }))).toEqual([
      'department 12 false',
      'department 13 false',
    ]);
    expect(brief(read('org_dept_remove', { DeptId: [12] }))).toEqual(['department 12 true']);
  });

  it('have one key each time they come', () => {
    const keyOf = (eventId: string) =>
      read('user_modify_org', { eventId, timeStamp: '1', userId: ['a'] }).map((one) => 'key' in one && one.key)[0];
    expect(keyOf('e1')).toBe(keyOf('e1'));
    expect(keyOf('e1')).not.toBe(keyOf('e2'));
  });

  it('are refused when they do not say whom they are about', () => {
    expect(codeOf(() => read('user_leave_org', { timeStamp: '1' }))).toBe('body_malformed');
    expect(codeOf(() => read('org_dept_create', { deptId: [] }))).toBe('body_malformed');
  });
});
