import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Delivery, MessageEvent } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import type { InLanguages } from '../../src/core/lang.ts';
import type { OutboundMessage } from '../../src/core/reply.ts';
import { soon, startWecomKf, type WecomKfBed } from '../support/wecom-kf.ts';
import { kfDelivery } from '../support/wecom-kf-case.ts';
import { KfGateway, settle } from '../support/wecom-kf-gateway.ts';

describe('a customer and the gateway', () => {
  let gateway: KfGateway;
  beforeEach(async () => {
    gateway = await KfGateway.create();
  });
  afterEach(() => gateway.close());

  it('talk: a signal is acknowledged at once, and its message answered once however often it comes', async () => {
    await gateway.start();
    const [outcome] = await gateway.say('年假有几天').delivered;
    expect(outcome).toMatchObject({ ok: true, attempts: 1 });
    await gateway.shown('年假有几天');
    await gateway.sim.wecom.kf.signal();
    await settle();
    expect(gateway.texts()).toHaveLength(1);
  });

  it('talk at several accounts, each a dialogue of its own', async () => {
    await gateway.start();
    await gateway.say('一', { to: 'wk_sales' }).delivered;
    await gateway.say('二', { to: 'wk_help' }).delivered;
    await gateway.shown('一');
    await gateway.shown('二');
    expect(new Set(gateway.answers().map(({ chatId }) => chatId)).size).toBe(2);
  });

  it('lose nothing over a restart, and hear nothing twice', async () => {
    await gateway.start();
    await gateway.say('之前').delivered;
    await gateway.shown('之前');
    await gateway.stop();
    gateway.say('期间');
    await gateway.start();
    await gateway.shown('期间');
    await settle();
    expect(gateway.texts()).toHaveLength(2);
  });

  it('begin anew: what was said before the first start is left alone', async () => {
    gateway.say('很久以前');
    await gateway.start({ aheadMs: 600_000 });
    await soon(() => gateway.sim.wecom.record.calls.get('POST kf/sync_msg 0'));
    await settle();
    expect(gateway.texts()).toEqual([]);
  });

  it('begin with what was said before, as far back as the operator wants', async () => {
    gateway.say('刚才问的');
    await gateway.start({ aheadMs: 600_000, env: { WECOM_KF_HISTORY_MINUTES: '30' } });
    await gateway.shown('刚才问的');
  });

  it('find each other again when a signal was lost', async () => {
    await gateway.start();
    const { webhookUrl } = gateway.sim.wecom.kfReceiver;
    gateway.sim.wecom.kfReceiver.webhookUrl = undefined;
    gateway.say('没有信号');
    gateway.sim.wecom.kfReceiver.webhookUrl = webhookUrl;
    await gateway.say('有信号').delivered;
    await gateway.shown('没有信号');
    await gateway.shown('有信号');
  });

  it('greet each other by the code of the first opening', async () => {
    await gateway.start();
    await gateway.sim.wecom.kf.enter('zhao');
    await soon(() => gateway.answers().length === 1);
    await gateway.sim.wecom.kf.enter('zhao');
    await settle();
    expect(gateway.texts()).toHaveLength(1);
  });

  it.each([
    { code: 41050, what: 'too old or used' },
    { code: 41051, what: 'of a chat that has begun' },
  ])('go on without a greeting whose code is $what: nothing is lost, nothing is tried again', async ({ code }) => {
    await gateway.start();
    gateway.sim.faults.add({ side: 'wecom', kind: 'refuse', code, path: 'kf/send_msg_on_event' });
    await gateway.sim.wecom.kf.enter('zhao');
    await soon(() =>
      gateway.log.some((line) => line.includes('greeting came too late') && line.includes(`"code":${code}`)),
    );
    await gateway.say('你好').delivered;
    await gateway.shown('你好');
    expect(gateway.texts()).toHaveLength(1);
    expect(gateway.sim.wecom.record.calls.get(`POST kf/send_msg_on_event ${code}`)).toBe(1);
    expect(gateway.log.filter((line) => /given up|delayed|"level":"error"/.test(line))).toEqual([]);
  });

  it('are not greeted by a code that had ended before its page was fetched', async () => {
    await gateway.start({ aheadMs: 30_000 });
    await gateway.sim.wecom.kf.enter('zhao');
    await gateway.say('你好').delivered;
    await gateway.shown('你好');
    expect(gateway.texts()).toHaveLength(1);
    expect(gateway.sim.wecom.record.calls.get('POST kf/send_msg_on_event 0')).toBeUndefined();
  });

  it('rate an answer by its menu', async () => {
    await gateway.start();
    await gateway.say('你好').delivered;
    await gateway.press(await gateway.shown('你好'), '👍');
    await gateway.shown('谢谢');
  });

  it('never get more than five messages, and the last one says that there was more', async () => {
    await gateway.start();
    await gateway.say(`长 ${'x'.repeat(12_000)}`).delivered;
    await gateway.shown('没有发完');
    await settle();
    expect(gateway.texts()).toHaveLength(5);
    expect(gateway.sim.wecom.record.calls.get('POST kf/send_msg 95001')).toBeUndefined();
  });
});

describe('what WeCom knows already', () => {
  it('takes none of the five places that a customer’s next message makes', async () => {
    const bed = await startWecomKf();
    const say = ({ to }: MessageEvent, text: string) => {
      const notice = { kind: 'notice', to, key: id<OutboundMessage['key']>(`key ${text}`), text, lang: 'zh' } as const;
      return bed.platform.send(notice, { signal: AbortSignal.timeout(10_000), save: async () => undefined });
    };
    await say(await bed.write('一'), '零');
    const next = await bed.write('二');
    // Its first sending is in doubt: nobody was told that it had arrived.
    await say(next, '零');
    for (const text of ['壹', '贰', '叁', '肆', '伍']) await say(next, text);
    const shown = bed.sim.wecom.record.answers().map(({ text }) => text);
    await bed.close();
    expect(shown).toEqual(['零', '壹', '贰', '叁', '肆', '伍']);
  });
});

describe('a signal', () => {
  const event = { Event: 'kf_msg_or_event', OpenKfId: 'wk_sales', Token: 'ENC1' };
  let bed: WecomKfBed;
  beforeEach(async () => {
    bed = await startWecomKf();
  });
  afterEach(() => bed.close());
  const read = (delivery: Delivery) => bed.platform.receive(delivery, Date.now());

  it('is acknowledged and stored nowhere', () => {
    expect(read(kfDelivery(bed, event))).toMatchObject({
      kind: 'ignored',
      event: { why: 'signal' },
      ack: { body: '' },
    });
  });

  it('that somebody else made, changed or kept is refused', () => {
    const { query, body, ...rest } = kfDelivery(bed, event);
    const forged: [Partial<Delivery>, string][] = [
      [{ query: {} }, 'signature_missing'],
      [{ query: { ...query, nonce: '1' } }, 'signature_invalid'],
      [{ body: Buffer.concat([body, Buffer.from('x')]) }, 'body_malformed'],
      [{ body: Buffer.alloc(1024 * 1024 + 1, 0x20) }, 'body_too_large'],
    ];
    for (const [change, code] of forged)
      expect(() => read({ ...rest, query, body, ...change })).toThrow(expect.objectContaining({ code }));
    expect(() => read(kfDelivery(bed, event, Date.now() - 3_600_000))).toThrow(
      expect.objectContaining({ code: 'timestamp_stale' }),
    );
  });
});

describe('a file of a customer', () => {
  it('that the vendor no longer has is named as gone', async () => {
    const bed = await startWecomKf();
    for (const file of [{ media: 'gone' }, {}]) {
      const fetching = bed.platform.fetchFile(file, 1024, AbortSignal.timeout(5_000));
      await expect(fetching).rejects.toMatchObject({ code: 'file_gone' });
    }
    await bed.close();
  });
});

describe('the online check', () => {
  it('has nothing to say of accounts that are handed over, and names one that is not', async () => {
    const check = async (managed: boolean): Promise<readonly InLanguages[]> => {
      const bed = await startWecomKf({ kf: { accounts: [{ name: 'Sales', managed }] } });
      const faults = await bed.platform.check?.(AbortSignal.timeout(5_000));
      await bed.close();
      return faults ?? [];
    };
    expect(await check(true)).toEqual([]);
    expect(await check(false)).toEqual([
      {
        zh: expect.stringMatching(/客服账号 Sales 没有交给 API/),
        en: expect.stringMatching(/account Sales is not handed over/),
      },
    ]);
  });

  it('says when colleagues cannot be told what was said, for the Secret is no app’s', async () => {
    const bed = await startWecomKf();
    const secret = bed.sim.wecom.kfSecret;
    await bed.close();
    const own = await startWecomKf({ config: { secret } });
    const faults = await own.platform.check?.(AbortSignal.timeout(5_000));
    await own.close();
    expect(faults).toEqual([
      {
        zh: expect.stringMatching(/接手的同事看不到/),
        en: expect.stringMatching(/Colleagues who take over are not told/),
      },
    ]);
  });

  it('names a Secret that is wrong', async () => {
    const bed = await startWecomKf({ config: { secret: 'wrong' } });
    const faults = await bed.platform.check?.(AbortSignal.timeout(5_000));
    await bed.close();
    expect(faults).toEqual([
      { zh: expect.stringMatching(/WECOM_KF_SECRET/), en: expect.stringMatching(/WECOM_KF_SECRET/) },
    ]);
  });
});
