import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BUTTON_CARD, startWecom, type TestWecom, type WecomAnswer } from '../test-vendor.ts';

let vendor: TestWecom;
let chat: string;

beforeEach(async () => {
  vendor = await startWecom({ groups: [{ name: 'Alerts', people: ['lin', 'chen'], robots: ['Monitor'] }] });
  chat = vendor.wecom.robot.chat ?? '';
});

afterEach(() => vendor.close());

const send = (body: object, key = vendor.wecom.robot.id): Promise<WecomAnswer> =>
  vendor.call(`webhook/send?key=${key}`, body);
const text = (content: string, more: object = {}) => ({ msgtype: 'text', text: { content, ...more } });
const picture = () => vendor.sim.resources.find('sample-picture')?.content ?? Buffer.alloc(0);

describe('a robot of a group', () => {
  it('writes texts with mentions, both kinds of Markdown, news and notices', async () => {
    const url = 'https://example.org/b/88';
    const notice = { card_type: 'text_notice', main_title: { title: 'Build 88' }, card_action: { type: 1, url } };
    for (const message of [
      text('disk 91 %', { mentioned_list: ['lin.xiao', '@all'] }),
      { msgtype: 'markdown', markdown: { content: '**hi**' } },
      { msgtype: 'markdown_v2', markdown_v2: { content: '| a |\n| - |' } },
      { msgtype: 'news', news: { articles: [{ title: 'Release', url }] } },
      { msgtype: 'template_card', template_card: notice },
    ]) {
      expect(await send(message)).toMatchObject({ errcode: 0, errmsg: 'ok' });
    }
    const texts = vendor.wecom.record.inChat(chat).map((answer) => answer.text);
    expect(texts).toEqual(['disk 91 %', '**hi**', '| a |\n| - |', 'Release', 'Build 88']);
  });

  it('checks the picture in a message by its MD5', async () => {
    const base64 = picture().toString('base64');
    const md5 = createHash('md5').update(picture()).digest('hex');
    expect(await send({ msgtype: 'image', image: { base64, md5 } })).toMatchObject({ errcode: 0 });
    expect(await send({ msgtype: 'image', image: { base64, md5: 'x' } })).toMatchObject({ errcode: 301019 });
  });

  it('sends files of its own upload only', async () => {
    const form = new FormData();
    form.append('media', new Blob(['# a report']), '报告.md');
    const init = { method: 'POST', body: form };
    const url = `${vendor.sim.url}/cgi-bin/webhook/upload_media?type=file&key=${vendor.wecom.robot.id}`;
    const made = (await (await fetch(url, init)).json()) as WecomAnswer;
    expect(made).toMatchObject({ errcode: 0, type: 'file', created_at: '1700000000' });
    expect(await send({ msgtype: 'file', file: { media_id: made['media_id'] } })).toMatchObject({ errcode: 0 });
    const foreign = await vendor.upload('file', Buffer.from('another'));
    expect(await send({ msgtype: 'file', file: { media_id: foreign['media_id'] } })).toMatchObject({ errcode: 40007 });
  });

  it('writes twenty times a minute', async () => {
    for (let i = 0; i < 20; i += 1) expect(await send(text(`${i}`))).toMatchObject({ errcode: 0 });
    expect(await send(text('over'))).toMatchObject({ errcode: 45009 });
    await vendor.clock.advance(60_000);
    expect(await send(text('later'))).toMatchObject({ errcode: 0 });
  });

  it.each([
    ['an unknown key', text('x'), 93000, 'unknown'],
    ['an empty text', text(''), 44004, undefined],
    ['a text of 2049 bytes', text('x'.repeat(2049)), 45002, undefined],
    ['a Markdown of 4097 bytes', { msgtype: 'markdown', markdown: { content: 'x'.repeat(4097) } }, 45002, undefined],
    ['a card with buttons', { msgtype: 'template_card', template_card: BUTTON_CARD }, 42031, undefined],
    ['a video', { msgtype: 'video', video: { media_id: 'x' } }, 40008, undefined],
  ])('is refused %s', async (_what, message, code, key) =>
    expect(await send(message, key ?? vendor.wecom.robot.id)).toMatchObject({ errcode: code }),
  );

  it('is gone once it was taken out of its group', async () => {
    vendor.wecom.robot.chat = undefined;
    expect(await send(text('x'))).toMatchObject({ errcode: 93000 });
  });

  it('keeps its pace on a load test when limits are off', async () => {
    vendor.wecom.rateLimits = false;
    for (let i = 0; i < 25; i += 1) expect(await send(text(`${i}`))).toMatchObject({ errcode: 0 });
  });
});
