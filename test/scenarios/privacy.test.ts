import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../src/core/agent.ts';
import { GatewayError } from '../../src/core/errors.ts';
import { createGuard, DEFAULT_RULES } from '../../src/guard/guard.ts';
import { createLog } from '../../src/lib/log.ts';
import { groupMessage, message, press, startGateway, type TestGateway } from '../support/gateway.ts';
import { ScriptAgent, started } from '../support/script-agent.ts';

/** One of each kind, none of them anybody's. */
const SECRETS = {
  mobile: '13800138000',
  landline: '010-88880000',
  residentId: '11010519491231002X',
  bankCard: '6222021234567890128',
  email: 'alice.wang@example.com',
  passport: 'E12345678',
  plate: '京A12345',
  creditCode: '91350100M000100Y43',
};
const ALL = Object.values(SECRETS).join('，');

let gateway: TestGateway;
let log: string[];

async function start(agent = new ScriptAgent(), guard = createGuard(DEFAULT_RULES)) {
  log = [];
  const kept = createLog({ level: 'debug', format: 'json', to: { write: (line) => log.push(line) } });
  gateway = await startGateway({ agent, guard, log: kept });
}

beforeEach(() => start());
afterEach(() => gateway.close());

async function until(check: () => boolean): Promise<void> {
  for (let waited = 0; !check(); waited += 5) {
    if (waited > 5_000) throw new Error('waited for too long');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Every look of everything at the far side, and every answer to a press, as text. */
function farSide(): string {
  const { messages, answers, polled } = gateway.platform;
  return JSON.stringify([messages.map(({ looks }) => looks), answers, polled]);
}

/** What was let out of the values, by kind; four digits in a row and a local part count, not only whole values. */
function leaked(text: string): string[] {
  return Object.entries(SECRETS)
    .filter(([kind, value]) => text.includes(value) || PARTS[kind]?.some((part) => text.includes(part)))
    .map(([kind]) => kind);
}

const PARTS: Readonly<Record<string, readonly string[]>> = {
  mobile: ['138001', '1380013', '0138000'],
  residentId: ['110105', '19491231'],
  bankCard: ['622202', '2345678901'],
  email: ['alice', 'wang@'],
  creditCode: ['91350100', 'M000100'],
};

async function pause(ms = 3): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

describe('personal data that an agent says', () => {
  it('leaves in no field of no frame', async () => {
    gateway.agent.suggestions = [`问 ${ALL}？`, '下一步是什么？'];
    gateway.agent.answer = async function* (ask): AsyncGenerator<AgentEvent> {
      yield started(ask);
      for (let end = 1; end <= ALL.length; end += 2) {
        const state = end + 2 > ALL.length ? 'done' : 'running';
        yield { kind: 'thought', thought: { id: 'r', kind: 'thinking', text: ALL.slice(0, end), state } };
        await pause();
      }
      yield { kind: 'thought', thought: { id: 't', kind: 'tool', text: `lookup ${ALL}`, state: 'running' } };
      for (const char of `请看 ${ALL}，以及 \`${ALL}\`。`) {
        yield { kind: 'text', delta: char };
        await pause(1);
      }
      const title = `名册 ${ALL}`;
      yield { kind: 'citations', citations: [{ title, url: 'mailto:alice.wang@example.com' }, { title }] };
      yield { kind: 'file', file: { kind: 'file', name: `${ALL}.pdf`, url: 'https://files.example.com/f/1' } };
      yield { kind: 'done', stopped: false };
    };
    await gateway.deliver(groupMessage(`帮我查 ${ALL}`, 'ada'));
    await gateway.quiet();
    await until(() => gateway.platform.frame(0).suggested.length > 0);

    expect(gateway.platform.messages[0]?.looks.length).toBeGreaterThan(20);
    expect(leaked(farSide())).toEqual([]);
    expect(gateway.platform.frame(0).answer).toContain('138\\*\\*\\*\\*8000');
    expect(gateway.platform.frame(0).answer).toContain('`138****8000');
    expect(gateway.agent.asked[0]?.text).toBe(`帮我查 ${ALL}`);
  });

  it('stays away when an answer waits for somebody, is complete at once, is replaced, is stopped or fails', async () => {
    const ways: ScriptAgent['answer'][] = [
      async function* (ask) {
        yield started(ask);
        yield { kind: 'paused', text: `请 ${ALL} 填写表单` };
        yield { kind: 'done', stopped: false };
      },
      async function* (ask) {
        yield started(ask);
        yield { kind: 'text', delta: ALL };
        yield { kind: 'done', stopped: false };
      },
      async function* (ask) {
        yield started(ask);
        yield { kind: 'text', delta: `第一版 ${ALL}` };
        await pause(40);
        yield { kind: 'replaced', text: ALL };
        await pause(40);
        yield { kind: 'done', stopped: true };
      },
      async function* (ask) {
        yield started(ask);
        yield { kind: 'text', delta: `${ALL} 138001` };
        await pause(40);
        const name = `${SECRETS.mobile}.pdf`;
        throw new GatewayError('file_gone', 'gone', { details: { name } });
      },
    ];
    for (const way of ways) {
      gateway.agent.answer = way;
      await gateway.deliver(message('hello'));
      await gateway.quiet();
    }
    expect(gateway.platform.messages).toHaveLength(ways.length);
    expect(leaked(farSide().replaceAll(' 138001"', ''))).toEqual([]);
  });

  it('leaves neither in a greeting nor in what may be asked next, and what is pressed is asked as it was meant', async () => {
    gateway.agent.profile = async () => ({ opening: `我是 ${ALL}`, suggested: [`问 ${ALL}`], takes: [] });
    const { parts: _parts, addressed: _addressed, ...plain } = message('');
    await gateway.deliver({ ...plain, kind: 'entered' } as never);
    await gateway.quiet();
    const look = gateway.platform.messages[0]?.looks[0];
    expect(leaked(farSide())).toEqual([]);
    const turn = look?.kind === 'notice' ? look.turn : undefined;
    await gateway.deliver(press(message(''), { act: 'ask', turn, index: 0 }));
    await gateway.quiet();
    expect(gateway.agent.asked[0]?.text).toBe(`问 ${ALL}`);
    expect(leaked(farSide())).toEqual([]);
  });

  it('is not in what regenerate shows, nor in the name above the card', async () => {
    const agent = new ScriptAgent();
    Object.defineProperty(agent, 'title', { value: `小助手 ${ALL}` });
    await gateway.close();
    await start(agent);
    await gateway.deliver(message(ALL));
    await gateway.quiet();
    await gateway.deliver(press(message(''), { act: 'up', turn: gateway.platform.frame(0).turn }));
    await gateway.deliver(press(message(''), { act: 'regenerate', turn: gateway.platform.frame(0).turn }));
    await gateway.quiet();
    expect(agent.asked.map(({ text }) => text)).toEqual([ALL, ALL]);
    expect(leaked(farSide())).toEqual([]);
  });

  it('stays away from an answer that is split into messages and one that is fetched after a crash', async () => {
    gateway.agent.recovered = { kind: 'finished', answer: `${ALL}\n\n`.repeat(40), citations: [], files: [] };
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: `开始 ${ALL}` };
      await pause(100_000);
    };
    await gateway.deliver(message('long'));
    await until(() => gateway.platform.messages.length === 1);
    await gateway.crash();
    await gateway.quiet();
    expect(gateway.platform.messages.length).toBeGreaterThan(2);
    expect(leaked(farSide())).toEqual([]);
  });

  it('stands neither in the store’s outgoing messages nor in the log', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: ALL };
      yield { kind: 'done', stopped: false };
    };
    await gateway.deliver(message(ALL));
    await gateway.quiet();
    const row = await gateway.store.outbox.lastFrameOf(gateway.platform.frame(0).turn);
    expect(leaked(JSON.stringify(row))).toEqual([]);
    expect(leaked(log.join('\n'))).toEqual([]);
    const kept = log.map((line) => JSON.parse(line) as { event: string; kinds?: object });
    expect(kept.find(({ event }) => event === 'personal data kept back')?.kinds).toEqual(
      Object.fromEntries(Object.keys(SECRETS).map((kind) => [kind, 1])),
    );
  });

  it('stays out of the log, as all that is said, when a platform repeats it in its complaint', async () => {
    gateway.agent.answer = async function* (ask) {
      yield started(ask);
      yield { kind: 'text', delta: '南瓜汤的秘方在这里' };
      yield { kind: 'done', stopped: false };
    };
    gateway.platform.before = (_, sent) => {
      const text = sent.kind === 'frame' ? sent.frame.answer : '';
      throw new GatewayError('platform_forbidden', `content refused: ${text}`);
    };
    await gateway.deliver(message('hello'));
    await gateway.quiet();
    const told = log.filter((line) => line.includes('content refused: …'));
    expect(told.length).toBeGreaterThan(0);
    expect(log.join('\n')).not.toContain('南瓜汤');
  });

  it('passes where the operator has switched the guard off', async () => {
    await gateway.close();
    await start(new ScriptAgent(), createGuard(undefined));
    await gateway.deliver(message(ALL));
    await gateway.quiet();
    expect(gateway.platform.texts[0]).toBe(`you said: ${ALL}`);
  });
});
