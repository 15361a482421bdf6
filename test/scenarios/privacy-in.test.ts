import { afterEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../src/core/agent.ts';
import { type ChannelName, id } from '../../src/core/ids.ts';
import type { PrivacySettings } from '../../src/core/personal-data.ts';
import { createLog } from '../../src/lib/log.ts';
import {
  groupMessage,
  message,
  press,
  startGateway,
  type TestGateway,
  type TestGatewayOptions,
} from '../support/gateway.ts';
import { type ScriptAgent, started } from '../support/script-agent.ts';

const MOBILE = '13800138000';
const OTHER = '13900139000';
const MAIL = 'alice.wang@example.com';
const ADMIN = { actor: 'admin', reason: 'administrator' } as const;

let gateway: TestGateway;
let log: string[];

async function start(privacy: Partial<PrivacySettings> = { in: 'placeholder' }, given: TestGatewayOptions = {}) {
  log = [];
  const kept = createLog({ level: 'debug', format: 'json', to: { write: (line) => log.push(line) } });
  gateway = await startGateway({ privacy, log: kept, ...given });
}

afterEach(() => gateway.close());

async function ask(text: string, given: Parameters<typeof message>[1] = {}): Promise<string> {
  const event = message(text, given);
  await gateway.deliver(event);
  await gateway.quiet();
  const there = event.to.channel === gateway.board.channel ? gateway.board : gateway.platform;
  return there.texts.at(-1) ?? '';
}

const asked = () => gateway.agent.asked.map(({ text }) => text);
const pause = (ms = 2) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(check: () => boolean): Promise<void> {
  for (let waited = 0; !check(); waited += 5) {
    if (waited > 10_000) throw new Error('waited for too long');
    await pause(5);
  }
}

function says(...deltas: readonly string[]): ScriptAgent['answer'] {
  return async function* (ask): AsyncGenerator<AgentEvent> {
    yield started(ask);
    for (const delta of deltas) {
      yield { kind: 'text', delta };
      await pause();
    }
    yield { kind: 'done', stopped: false };
  };
}

describe('what people write, where values are replaced on their way to the agent', () => {
  it('reaches the agent without the values, and its answer says them again to the one who gave them', async () => {
    await start();
    expect(await ask(`我的手机号 ${MOBILE}，邮箱 ${MAIL}`)).toBe(`you said: 我的手机号 ${MOBILE}，邮箱 ${MAIL}`);
    expect(asked()).toEqual(['我的手机号 [手机号1]，邮箱 [邮箱1]']);
    expect(await ask(`and ${OTHER}, also ${MOBILE}`)).toBe(`you said: and ${OTHER}, also ${MOBILE}`);
    expect(asked()[1]).toBe('and [mobile number 2], also [手机号1]');
  });

  it('says a value that she did not give as it would to anybody', async () => {
    await start();
    gateway.agent.answer = says(`[手机号1] 和 ${OTHER}`);
    expect(await ask(`记住 ${MOBILE}`)).toBe(`${MOBILE} 和 139\\*\\*\\*\\*9000`);
  });

  it('names a value in the same way however it is written, over turns and restarts', async () => {
    await start();
    await ask(`记住 ${MOBILE}`);
    await ask('还有 +86 138-0013-8000');
    await gateway.crash();
    gateway.agent.answer = says('打 [手机号1]');
    expect(await ask('再看 １３８００１３８０００')).toBe(`打 ${MOBILE}`);
    expect(asked()).toEqual(['记住 [手机号1]', '还有 [手机号1]', '再看 [手机号1]']);
  });

  it('covers quotes, forwarded messages, names of files and the person’s name', async () => {
    await start();
    gateway.platform.earlier.set('q', { text: `原文 ${MOBILE}`, fromBot: false });
    gateway.platform.earlier.set('f', { text: `转发 ${OTHER}`, fromBot: false });
    await ask('', {
      quoted: id('q'),
      from: { account: id('ada'), name: `Ada ${MOBILE}`, ids: {}, lang: 'zh' },
      parts: [
        { kind: 'text', text: `看 ${MAIL}` },
        { kind: 'forwarded', message: id('f') },
        { kind: 'file', file: {}, name: `${MOBILE}.pdf` },
      ],
    });
    const { text, files, inputs } = gateway.agent.asked[0] ?? {};
    expect(JSON.stringify([text, files, inputs])).not.toMatch(/1380013|1390013|alice/);
    expect(text).toBe('> 原文 [手机号1]\n\n看 [邮箱1]\n> 转发 [手机号2]');
    expect(files?.[0]?.name).toBe('[手机号1].pdf');
  });

  it('restores while the answer grows, in thoughts, sources, files and suggested questions, and never shows half a placeholder', async () => {
    await start();
    gateway.agent.suggestions = ['再查 [手机号1]？'];
    gateway.agent.answer = async function* (ask): AsyncGenerator<AgentEvent> {
      yield started(ask);
      const thought = { id: 'r', kind: 'thinking' as const, text: '想 [手机号1]' };
      yield { kind: 'thought', thought: { ...thought, state: 'done' } };
      for (const char of '请打【手机号 1】或\\[手机号1\\]。') {
        yield { kind: 'text', delta: char };
        await pause(3);
      }
      yield { kind: 'citations', citations: [{ title: '名册 [手机号1]' }] };
      yield { kind: 'file', file: { kind: 'file', name: '[手机号1].pdf', url: 'https://files.example.com/1' } };
      yield { kind: 'done', stopped: false };
    };
    await ask(`查 ${MOBILE}`);
    await until(() => gateway.platform.frame(0).suggested.length > 0);
    const frame = gateway.platform.frame(0);
    expect(frame.answer).toBe(`请打${MOBILE}或${MOBILE}。`);
    expect(frame.thoughts[0]?.text).toBe(`想 ${MOBILE}`);
    expect(frame.citations[0]?.title).toBe(`名册 ${MOBILE}`);
    expect(frame.suggested).toEqual([`再查 ${MOBILE}？`]);
    expect(gateway.platform.messages[1]?.looks[0]).toMatchObject({ file: { name: `${MOBILE}.pdf` } });
    const looks = gateway.platform.messages[0]?.looks ?? [];
    expect(looks.length).toBeGreaterThan(3);
    expect(looks.filter((look) => look.kind === 'frame' && /[[【\\]/.test(look.frame.answer))).toEqual([]);

    await gateway.deliver(press(message(''), { act: 'ask', turn: frame.turn, index: 0 }));
    await gateway.quiet();
    expect(asked()[1]).toBe('再查 [手机号1]？');
  });

  it('does not show her in full, once she has pressed it, what an agent suggested on its own', async () => {
    await start();
    gateway.agent.suggestions = [`问 ${OTHER}？`];
    await ask(`查 ${MOBILE}`);
    await until(() => gateway.platform.frame(0).suggested.length > 0);
    await gateway.deliver(press(message(''), { act: 'ask', turn: gateway.platform.frame(0).turn, index: 0 }));
    await gateway.quiet();
    expect(asked()[1]).toBe('问 [手机号2]？');
    expect(gateway.platform.frame(1).answer).toBe('you said: 问 139\\*\\*\\*\\*9000？');
  });

  it('restores an answer that is fetched after a crash', async () => {
    await start();
    gateway.agent.recovered = { kind: 'finished', answer: '是 [手机号1]', citations: [], files: [] };
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: '等等' };
      await pause(100_000);
    };
    await gateway.deliver(message(`查 ${MOBILE}`));
    await until(() => gateway.platform.messages.length === 1);
    await gateway.crash();
    await gateway.quiet();
    expect(gateway.agent.asked).toHaveLength(1);
    expect(gateway.platform.frame(0).answer).toBe(`是 ${MOBILE}`);
  });

  it('is not asked at all where values are blocked, and she is told which kind', async () => {
    await start({ in: 'block' });
    expect(await ask(`查 ${MOBILE} 和 ${MAIL}`, { from: { account: id('ada'), ids: {}, lang: 'zh' } })).toBe(
      '你的提问包含手机号、邮箱，按规定不能交给智能体，因此没有提问。请去掉这些内容后再发一次。',
    );
    expect(gateway.agent.asked).toEqual([]);
    expect(await ask('查别的')).toBe('you said: 查别的');
    const told = log.map((line) => JSON.parse(line) as { event: string; kinds?: object; asked?: boolean });
    expect(told.find(({ event }) => event === 'personal data kept from the agent')).toMatchObject({
      kinds: { mobile: 1, email: 1 },
      asked: false,
    });
    expect(log.join('')).not.toMatch(/13800138000|alice/);
  });

  it('is masked for good where that is set, and left alone where a rule says so', async () => {
    const rules = [{ direction: 'in', channels: ['board'], policy: 'allow' }] as const;
    await start({ in: 'mask', rules });
    await ask(`查 ${MOBILE}`);
    await ask(`查 ${MOBILE}`, { to: { channel: id<ChannelName>('board'), kind: 'direct', chat: id('chat-ada') } });
    expect(asked()).toEqual(['查 138****8000', `查 ${MOBILE}`]);
  });

  it('is counted by kind and direction, never kept in the clear', async () => {
    const counted: string[] = [];
    const { noMetrics } = await import('../../src/core/metrics.ts');
    const metrics = { ...noMetrics, personalData: (...what: unknown[]) => counted.push(what.join(' ')) };
    await start({ in: 'placeholder' }, { metrics, keys: `k1:${Buffer.alloc(32, 1).toString('base64')}` });
    gateway.agent.answer = says(`[手机号1] ${OTHER}`);
    await ask(`查 ${MOBILE}`);
    expect(counted).toEqual(['in mobile 1', 'out mobile 1']);
    const bytes = await gateway.bytes();
    expect(bytes.includes(MOBILE)).toBe(false);
    expect(log.join('')).not.toMatch(/13800138000|13900139000/);
  });
});

describe('whoever did not give a value', () => {
  it('does not get it in a group, not even when it is her own question', async () => {
    await start({ in: 'placeholder' }, { rules: { scope: 'group' } });
    await gateway.deliver(groupMessage(`记住 ${MOBILE}`, 'ada'));
    await gateway.quiet();
    await gateway.deliver(groupMessage(`[手机号1] 是多少？还有 ${OTHER}`, 'bob'));
    await gateway.quiet();
    expect(asked()).toEqual(['记住 [手机号1]', '[手机号1] 是多少？还有 [手机号2]']);
    expect(gateway.platform.texts).toEqual(['you said: 记住 [手机号1]', 'you said: [手机号1] 是多少？还有 [手机号2]']);
  });

  it('gets nothing for a placeholder that she types herself', async () => {
    await start();
    await ask(`记住 ${MOBILE}`, { account: 'ada' });
    expect(await ask('[手机号1] 是多少', { account: 'bob' })).toBe('you said: [手机号1] 是多少');
  });

  it('gets nothing in a conversation that was another person’s before their accounts were linked, or is after they were parted', async () => {
    await start();
    const person = async (account: string) =>
      (await gateway.store.people.identify(id('paper'), message('', { account }).from, Date.now())).id;
    await ask(`记住 ${MOBILE}`, { account: 'ada' });
    await ask(`记住 ${OTHER}`, { account: 'bob' });
    const merged = await gateway.store.people.merge(await person('ada'), await person('bob'), ADMIN, Date.now());
    gateway.agent.answer = says('[手机号1] [手机号2] [手机号3]');
    await ask('是多少', { account: 'ada' });
    await ask('是多少', { account: 'bob' });
    await gateway.store.people.undo(merged?.id ?? id(''), ADMIN, Date.now());
    const answers = [await ask('是多少', { account: 'ada' }), await ask('是多少', { account: 'bob' })];
    expect(answers[0]).not.toContain(OTHER);
    expect(answers[1]).not.toContain(MOBILE);
  });

  it('does not find it any more once the person’s data was deleted', async () => {
    await start();
    await ask(`记住 ${MOBILE}`);
    const { from } = message('');
    const { id: person } = await gateway.store.people.identify(id('paper'), from, Date.now());
    const { records } = gateway.store;
    expect(JSON.stringify(await records.export(person, ADMIN, Date.now()))).toContain(MOBILE);
    expect(await records.erase(person, ADMIN, Date.now())).toMatchObject({ placeholders: 1 });
    gateway.agent.answer = says('[手机号1]');
    expect(await ask('是多少')).toBe('[手机号1]');
  });
});
