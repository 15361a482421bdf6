import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../lib/read.ts';
import type { SimMessage } from '../contract.ts';
import { startDingtalk, type TestDingtalk } from './test-vendor.ts';

const GROUP = 'cidPageGroup==';
const AI_CARD = '382e4302-551d-4880-bf29-a30acfab2e71.schema';

let vendor: TestDingtalk;

beforeEach(async () => {
  vendor = await startDingtalk({
    groups: [{ id: GROUP, name: '产品讨论组', people: ['lin', 'chen', 'wang'], bots: [0] }],
  });
});

afterEach(() => vendor.close());

const messages = (chat: string): readonly SimMessage[] =>
  vendor.sim.snapshot().messages.filter((message) => message.chat === chat);
const cards = (chat: string): (Json | undefined)[] =>
  messages(chat).map(({ content }) => (content.kind === 'card' ? content.card.json : undefined));
const act = (action: Json): Promise<unknown> =>
  vendor.bare('POST', '/sim/actions', { platform: 'dingtalk', ...action }).then(({ body }) => body);
const startLeave = async (): Promise<void> => {
  await vendor.call('POST', '/v1.0/workflow/processInstances', {
    originatorUserId: 'lin.xiao',
    processCode: 'PROC-LEAVE',
    approvers: [
      { actionType: 'NONE', userIds: ['wang.min'] },
      { actionType: 'OR', userIds: ['chen.yu'] },
    ],
    formComponentValues: [
      { name: '请假类型', value: '年假' },
      { name: '天数', value: '2' },
      { name: '["开始","结束"]', value: '["2026-01-05","2026-01-06"]' },
    ],
  });
};

describe('the page of DingTalk', () => {
  it('shows a mention of the robot that the robot itself is not told', () => {
    const { app } = vendor.dingtalk;
    vendor.dingtalk.say({ from: 'lin', chat: GROUP, text: `@{${app.id}} 年假怎么申请？` });
    expect(messages(GROUP)).toMatchObject([
      {
        content: {
          text: `@${app.name} 年假怎么申请？`,
          mentions: [{ key: `@${app.name}`, who: { kind: 'bot', app: app.id } }],
        },
      },
    ]);
  });

  it('shows an AI card by what its template makes of its variables, and one person’s note to her alone', async () => {
    const buttons = [{ text: '有用', color: 'blue', id: 'up', request: true }];
    const params = {
      msgTitle: '公司助理',
      msgContent: '三步',
      flowStatus: '3',
      sys_full_json_obj: JSON.stringify({ msgButtons: buttons }),
    };
    await vendor.call('POST', '/v1.0/card/instances/createAndDeliver', {
      cardTemplateId: AI_CARD,
      outTrackId: 'gw-1',
      callbackType: 'STREAM',
      cardData: { cardParamMap: params },
      privateData: { 'lin.xiao': { cardParamMap: { staticMsgContent: '谢谢' } } },
      openSpaceId: `dtv1.card//IM_GROUP.${GROUP}`,
      imGroupOpenDeliverModel: { robotCode: vendor.dingtalk.app.id, atUserIds: { 'lin.xiao': '林晓' } },
    });
    expect(cards(GROUP)).toEqual([
      {
        look: 'ai',
        template: AI_CARD,
        state: 'finished',
        title: '公司助理',
        text: '三步',
        note: '',
        notes: { lin: '谢谢' },
        called: ['lin'],
        buttons: [{ text: '有用', color: 'blue', id: 'up' }],
      },
    ]);
  });

  it('shows a work notification with its buttons in a chat where nobody writes, and that it was recalled', async () => {
    const { agentId } = vendor.dingtalk.app;
    const send = '/topapi/message/corpconversation/asyncsend_v2';
    const { body } = await vendor.call('POST', send, {
      agent_id: agentId,
      userid_list: 'lin.xiao',
      msg: {
        msgtype: 'action_card',
        action_card: {
          title: '月报',
          markdown: '**请查看**',
          btn_orientation: '1',
          btn_json_list: [
            { title: '查看', action_url: 'https://demo.example/a' },
            { title: '稍后', action_url: 'https://demo.example/b' },
          ],
        },
      },
    });
    const chat = vendor.sim.snapshot().chats.find(({ purpose }) => purpose === 'notices')?.id ?? '';
    expect(cards(chat)).toMatchObject([
      {
        look: 'action',
        title: '月报',
        text: '**请查看**',
        across: true,
        buttons: [{ text: '查看' }, { text: '稍后' }],
      },
    ]);
    const recall = { agent_id: agentId, msg_task_id: body['task_id'] };
    await vendor.call('POST', '/topapi/message/corpconversation/recall', recall);
    expect(messages(chat)[0]?.recalledAt).toBeTypeOf('number');
  });

  it('shows what a group’s own robot posts, each kind as the client draws it', async () => {
    const { id, url } = vendor.dingtalk.addGroupRobot({
      chat: GROUP,
      name: '构建提醒',
      sign: false,
      keywords: ['构建'],
    });
    const post = (body: Json): Promise<unknown> => vendor.bare('POST', url.slice(vendor.sim.url.length), body);
    await post({ msgtype: 'text', text: { content: '构建失败 @lin.xiao' }, at: { atUserIds: ['lin.xiao'] } });
    await post({ msgtype: 'link', link: { title: '构建', text: '第 7 次', messageUrl: 'https://demo.example/7' } });
    const link = { title: '构建 7', messageURL: 'https://demo.example/7', picURL: 'https://demo.example/7.png' };
    await post({ msgtype: 'feedCard', feedCard: { links: [link] } });
    await post({
      msgtype: 'actionCard',
      actionCard: { title: '构建', text: '重试？', singleTitle: '重试', singleURL: 'https://demo.example/again' },
    });
    const [text, ...others] = messages(GROUP);
    expect(text).toMatchObject({
      from: { kind: 'bot', app: id },
      content: { kind: 'text', mentions: [{ key: '@lin.xiao', name: '林晓' }] },
    });
    expect(others).toHaveLength(3);
    expect(cards(GROUP).slice(1)).toMatchObject([
      { look: 'link', title: '构建', text: '第 7 次', url: 'https://demo.example/7' },
      { look: 'feed', links: [{ title: '构建 7', url: 'https://demo.example/7' }] },
      { look: 'action', across: false, buttons: [{ text: '重试', url: 'https://demo.example/again' }] },
    ]);
  });

  it('shows a notification with a form, a picture and a voice', async () => {
    const picture = await vendor.upload('image', Buffer.from('png'), 'a.png');
    const voice = await vendor.upload('voice', Buffer.from('amr'), 'a.amr');
    const send = (msg: Json): Promise<unknown> =>
      vendor.call('POST', '/topapi/message/corpconversation/asyncsend_v2', {
        agent_id: vendor.dingtalk.app.agentId,
        userid_list: 'lin.xiao',
        msg,
      });
    const form = { title: '出差', form: [{ key: '天数', value: '3' }], rich: { num: '1280', unit: '元' } };
    await send({
      msgtype: 'oa',
      oa: { message_url: 'https://demo.example/oa', head: { bgcolor: 'FF1F9D49', text: '差旅' }, body: form },
    });
    await send({ msgtype: 'image', image: { media_id: picture.body['media_id'] } });
    await send({ msgtype: 'voice', voice: { media_id: voice.body['media_id'], duration: '4' } });
    const chat = vendor.sim.snapshot().chats.find(({ purpose }) => purpose === 'notices')?.id ?? '';
    expect(messages(chat).map(({ content }) => content)).toMatchObject([
      {
        card: {
          json: { look: 'oa', headColor: '#1F9D49', form: [{ name: '天数', value: '3' }], rich: { number: '1280' } },
        },
      },
      { kind: 'image', image: { name: 'a.png' } },
      { kind: 'audio', audio: { name: 'a.amr' }, durationMs: 4_000 },
    ]);
  });

  it('shows an approval to who is asked and to who asks, with everything that happened and that is to come', async () => {
    await startLeave();
    const [shown] = cards('approvals:wang');
    expect(shown).toMatchObject({
      role: 'approver',
      state: 'waiting',
      by: '林晓',
      form: [{ name: '请假类型' }, { name: '天数' }, { name: '开始 – 结束', value: '2026-01-05、2026-01-06' }],
      steps: [
        { kind: 'started', people: ['lin'] },
        { kind: 'waiting', people: ['wang'], needs: 'all' },
        { kind: 'later', people: ['chen'], needs: 'one' },
      ],
    });
    const press = { type: 'press', tag: 'button', message: messages('approvals:wang')[0]?.id };
    await act({ ...press, person: 'wang', value: 'agree', inputValue: '注意安全' });
    expect(cards('approvals:wang')).toMatchObject([{ state: 'agree', buttons: [] }]);
    expect(cards('approvals:lin')).toMatchObject([
      {
        role: 'originator',
        state: 'waiting',
        buttons: [{ id: 'withdraw' }],
        steps: [{}, { kind: 'agree', people: ['wang'], remark: '注意安全' }, { kind: 'waiting', people: ['chen'] }],
      },
    ]);
  });

  it('has forms to ask with, and asks whoever decides', async () => {
    const [form] = vendor.sim.snapshot().approvalForms ?? [];
    expect(form).toMatchObject({
      id: 'PROC-LEAVE',
      fields: [{ kind: 'choice', required: true }, { kind: 'number' }, { kind: 'text' }],
    });
    const start = { type: 'start-approval', person: 'lin', form: 'PROC-LEAVE' };
    expect(await act({ ...start, values: { 天数: '1' } })).toMatchObject({ error: { code: 'impossible' } });
    expect(cards('approvals:lin')).toEqual([]);
    expect(await act({ ...start, values: { 请假类型: '年假', 天数: '1' } })).toEqual({
      ok: true,
      chat: 'approvals:lin',
    });
    expect(cards('approvals:wang')).toMatchObject([{ state: 'waiting', form: [{ value: '年假' }, { value: '1' }] }]);
  });

  it('lets who asked take it back, and nobody else', async () => {
    await startLeave();
    const of = (person: string): Json => ({
      type: 'press',
      tag: 'button',
      person,
      message: messages(`approvals:${person}`)[0]?.id,
    });
    expect(await act({ ...of('wang'), value: 'withdraw' })).toMatchObject({ error: { code: 'impossible' } });
    await act({ ...of('wang'), value: 'remark', inputValue: '去哪里？' });
    await act({ ...of('lin'), value: 'withdraw', inputValue: '不去了' });
    expect(cards('approvals:lin')).toMatchObject([
      {
        state: 'withdrawn',
        steps: [{}, { kind: 'remark', remark: '去哪里？' }, { kind: 'withdrawn', remark: '不去了' }],
      },
    ]);
    expect(cards('approvals:wang')).toMatchObject([{ state: 'cancelled', buttons: [] }]);
  });

  it('shows who has read what people wrote, and what of the month is used', async () => {
    const { messageId } = vendor.dingtalk.say({ from: 'lin', chat: GROUP, text: '大家好' });
    await act({ type: 'read', person: 'chen', message: messageId });
    expect(messages(GROUP)).toMatchObject([{ readBy: ['chen'] }]);
    vendor.dingtalk.setQuota({ calls: 4_999 });
    expect(vendor.sim.snapshot().quotas).toMatchObject([{ platform: 'dingtalk', calls: 4_999, callLimit: 5_000 }]);
  });
});
