import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dify } from '../../src/agents/dify/index.ts';
import type { Agent } from '../../src/core/agent.ts';
import type { Clock } from '../../src/core/clock.ts';
import { type AgentName, id } from '../../src/core/ids.ts';
import type { Log } from '../../src/core/log.ts';
import { systemClock } from '../../src/lib/clock.ts';
import {
  type DifyStandInServer,
  FLAVOUR_NAMES,
  NODE_CANARY,
  SEGMENT_CANARY,
  startDifyStandIn,
} from '../../src/simulator/dify/index.ts';
import { filesOf, inputFile, question, tell } from '../support/agent-run.ts';

/** What differs from one release of Dify to the next, and all that goes wrong: only the stand-in can be made to do it. */
const NOBODY = '00000000-0000-4000-8000-000000000000';
const signal = new AbortController().signal;
const CHATFLOW = 'app-demo-chatflow';
/** The agent's own waits, five times as fast as in life. */
const startedAt = Date.now();
const fastClock: Clock = {
  now: () => startedAt + (Date.now() - startedAt) * 5,
  sleep: (ms, ended) => systemClock.sleep(ms / 5, ended),
};
const logged: unknown[] = [];
const agents: Agent[] = [];
let standIn: DifyStandInServer;

beforeAll(async () => {
  const apps = [
    {
      key: 'app-greeter',
      mode: 'workflow',
      form: [{ type: 'paragraph', variable: 'topic', label: 'Topic', required: true, maxLength: 20 }],
    },
    {
      key: 'app-strict',
      mode: 'chat',
      form: [{ type: 'text-input', variable: 'city', label: 'City', required: true }],
    },
    {
      key: 'app-drawings',
      mode: 'chat',
      files: { types: ['custom'], extensions: ['.dwg'], methods: ['local_file'], limit: 1 },
    },
  ] as const;
  standIn = await startDifyStandIn({
    apps,
    pace: { firstMs: 10, chunkMs: 2, chunks: 6 },
    suggestMs: 5,
    relativeFiles: true,
  });
});
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.close?.();
  standIn.reset();
  logged.length = 0;
});
afterAll(() => standIn.close());

describe.each(FLAVOUR_NAMES)('Dify %s', (flavour) => {
  beforeAll(() => standIn.tune({ flavour }));

  it('answers in a chatflow with each of its sources once', async () => {
    const told = await tell(makeAgent(CHATFLOW), question('#citations'));
    expect(told.error).toBeUndefined();
    expect(told.answer).toContain('350 yuan');
    expect(told.citations).toEqual([{ title: 'Travel expense rules.docx' }, { title: 'Finance FAQ.md' }]);
    expect(told.events.filter(({ kind }) => kind === 'usage')).toHaveLength(1);
    expect(told.thoughts.map(({ kind, text, state }) => [kind, text, state])).toEqual([
      ['step', 'Knowledge retrieval', 'done'],
      ['step', 'Model', 'done'],
    ]);
  });

  it('lets nothing out of the nodes or the knowledge base', async () => {
    const told = await tell(makeAgent(CHATFLOW), question('#citations'));
    const seen = JSON.stringify([told, logged]);
    expect(seen).not.toContain(NODE_CANARY);
    expect(seen).not.toContain(SEGMENT_CANARY);
  });

  it('begins anew when the conversation is gone', async () => {
    const told = await tell(makeAgent(CHATFLOW), question('hello', { conversation: NOBODY }));
    expect(told).toMatchObject({ error: undefined, forgotten: true });
    expect(standIn.record.asked()).toHaveLength(1);
  });

  it('tells a run that failed from one that ended', async () => {
    const told = await tell(makeAgent(CHATFLOW), question('#fail'));
    expect(told.error).toMatchObject({ code: 'agent_model_failed' });
    expect(told.answer).not.toBe('');
    expect(told.thoughts.at(-1)).toMatchObject({ state: 'failed' });
  });

  it.each(['#drop', '#eof'])('has the whole answer after %s, and asks once', async (scenario) => {
    const told = await tell(makeAgent(CHATFLOW), question(scenario));
    expect(told.error).toBeUndefined();
    expect(told.events.some(({ kind }) => kind === 'replaced')).toBe(true);
    expect(told.answer).toMatch(/\*table\* if you like\.$/);
    expect(standIn.record.asked()).toHaveLength(1);
  });

  it('does not wait long for a last event that never comes', async () => {
    const askedAt = fastClock.now();
    const told = await tell(makeAgent(CHATFLOW), question('#half-end'));
    expect(told.error).toBeUndefined();
    expect(fastClock.now() - askedAt).toBeLessThan(4000);
  });

  it.each(['app-demo-chat', CHATFLOW, 'app-demo-workflow'])('stops %s with what it has said', async (key) => {
    const agent = makeAgent(key);
    let stopping: Promise<void> | undefined;
    let run = { user: 'u_demo' };
    const told = await tell(agent, question('#count to 500'), (event) => {
      if (event.kind === 'started') run = event.run;
      if (event.kind === 'text') stopping ??= agent.stop?.(run, signal);
    });
    await stopping;
    expect(told).toMatchObject({ error: undefined, stopped: true });
    expect(told.answer).toMatch(/^1, /);
    expect(told.events.at(-1)).toEqual({ kind: 'done', stopped: true });
  });
});

describe('a run of Dify', () => {
  beforeAll(() => standIn.tune({ flavour: '1.16' }));

  it('keeps reasoning out of the answer, however it comes', async () => {
    const agent = makeAgent(CHATFLOW);
    for (const scenario of ['#think', '#lone-think', '#reasoning']) {
      const told = await tell(agent, question(scenario));
      expect(told.answer).toMatch(/^[^<]*smallest thing[^<]*$/s);
      expect(told.thoughts.filter(({ kind }) => kind === 'thinking')).toMatchObject([{ state: 'done' }]);
    }
  });

  it('shows the tools of an agent once each', async () => {
    const told = await tell(makeAgent('app-demo-agent-chat'), question('#tools'));
    expect(told.thoughts.map(({ text, state }) => [text, state])).toEqual([
      ['city_lookup', 'done'],
      ['weather_now', 'done'],
    ]);
  });

  it('does not repeat the answer that a New Agent sends once more as a whole', async () => {
    const told = await tell(makeAgent('app-demo-agent'), question('#table'));
    expect(told.answer.match(/The trend:/g)).toHaveLength(1);
    expect(told.events.some(({ kind }) => kind === 'replaced')).toBe(false);
  });

  it('takes back what moderation takes back', async () => {
    const told = await tell(makeAgent('app-demo-chat'), question('#replace'));
    expect(told.answer).toBe('Sorry, I cannot answer that.');
  });

  it('passes on files with addresses that can be fetched', async () => {
    const host = standIn.url.replace('/v1', '');
    for (const [key, scenario] of [
      ['app-demo-chat', '#message-file'],
      ['app-demo-chat', '#file-answer'],
      [CHATFLOW, '#file'],
      ['app-demo-workflow', '#file'],
    ] as const) {
      const told = await tell(makeAgent(key), question(scenario));
      const files = filesOf(told);
      expect(files).toHaveLength(1);
      expect(files[0]?.url).toMatch(new RegExp(`^${host}/files/tools/`));
      expect((await fetch(files[0]?.url ?? '')).status).toBe(200);
    }
  });

  it('gives links in the answer the host that the files themselves have', async () => {
    const told = await tell(makeAgent(CHATFLOW), question('#table'));
    const [picture, ...others] = filesOf(told);
    expect(others).toEqual([]);
    expect(picture).toMatchObject({ kind: 'image', name: 'chart.png' });
    expect(told.answer).toContain(`![chart](${picture?.url.split('?')[0]}?`);
  });

  it('sends a picture apart whose link was cut out of the stored answer', async () => {
    standIn.tune({ flavour: '1.14.2' });
    const agent = makeAgent(CHATFLOW);
    const told = await tell(agent, question('#table'));
    standIn.tune({ flavour: '1.16' });
    const recovered = await agent.recover?.(told.run ?? { user: '' }, signal);
    expect(recovered).toMatchObject({ files: [{ kind: 'image', name: 'chart.png' }] });
  });

  it('shows the outputs of a workflow that streams nothing', async () => {
    const told = await tell(makeAgent('app-demo-workflow'), question('#outputs'));
    expect(told.answer).toContain('smallest thing');
  });

  it('waits for a person', async () => {
    const told = await tell(makeAgent(CHATFLOW), question('#human'));
    const paused = told.events.find((event) => event.kind === 'paused');
    expect(paused?.text).toContain('Please decide');
    expect(paused?.text).not.toContain('{{');
    expect(told.events.at(-1)?.kind).toBe('done');
  });

  it('gives up on pings, and tells Dify to stop', async () => {
    const told = await tell(makeAgent('app-demo-workflow', { idleTimeoutMs: 2000 }), question('#pings'));
    expect(told.error).toMatchObject({ code: 'agent_timeout' });
    await expect
      .poll(() => standIn.record.requests.map(({ path }) => path))
      .toContainEqual(expect.stringMatching(/\/stop$/));
  });

  it('does not answer twice when a stop has no effect', async () => {
    const agent = makeAgent(CHATFLOW);
    let run = { user: 'u_demo' };
    let isStopping = false;
    const told = await tell(agent, question('#unstoppable'), async (event) => {
      if (event.kind === 'started') run = event.run;
      if (event.kind !== 'text' || isStopping) return;
      isStopping = true;
      await agent.stop?.(run, signal);
    });
    expect(told).toMatchObject({ error: undefined, stopped: true });
  });

  it('sends what the app declares of who asks, and no more', async () => {
    const inputs = { user_name: 'Ann', platform: 'feishu', secret: 'x' };
    await tell(makeAgent(CHATFLOW, { inputs: { department: 'R&D' } }), question('hello', { inputs }));
    expect(standIn.record.asked()[0]?.inputs).toEqual({ user_name: 'Ann', platform: 'feishu', department: 'R&D' });
  });
});

describe('what Dify refuses', () => {
  it.each([
    ['#error', 'agent_model_failed'],
    ['#error-bare', 'agent_failed'],
    ['#no-quota', 'agent_misconfigured'],
    ['#html-504', 'agent_timeout'],
    ['#html-524', 'agent_timeout'],
  ])('%s is %s', async (scenario, code) => {
    const told = await tell(makeAgent('app-demo-chat'), question(scenario));
    expect(told.error).toMatchObject({ name: 'GatewayError', code });
    expect(asks()).toBe(1);
  });

  it.each([
    ['#busy', 'agent_busy'],
    ['#edge', 'agent_busy'],
    ['#html-502', 'agent_unavailable'],
    ['#server-error', 'agent_failed'],
  ])('%s is tried again a few times, then it is %s', async (scenario, code) => {
    const told = await tell(makeAgent('app-demo-chat'), question(scenario));
    expect(told.error).toMatchObject({ code });
    expect(asks()).toBe(4);
  });

  it('that passes is not noticed', async () => {
    standIn.faults.add({ does: { kind: 'page', status: 503 }, path: 'chat-messages' });
    const told = await tell(makeAgent('app-demo-chat'), question('hello'));
    expect(told.error).toBeUndefined();
    expect(standIn.record.asked()).toHaveLength(1);
  });

  it('a conversation that was closed is begun anew', async () => {
    const agent = makeAgent('app-demo-chat');
    const first = await tell(agent, question('hello'));
    standIn.faults.add({ does: { kind: 'error', status: 400, code: 'conversation_completed' }, path: 'chat-messages' });
    const recap = async () => 'What was said before.';
    const second = await tell(agent, question('again', { conversation: first.run?.conversation ?? '', recap }));
    expect(second).toMatchObject({ error: undefined, forgotten: true });
    expect(standIn.record.queries()).toEqual(['hello', 'again\n\nWhat was said before.']);
  });

  it.each([
    ['app-demo-disabled', 'switch its API on', '开启 API'],
    ['app-demo-unpublished', 'Publish', '发布'],
    ['app-demo-revoked', 'API Access', '访问 API'],
    ['app-strict', 'inputs.city', '请设置 inputs.city'],
  ])('of %s the check says in both languages what to do', async (key, en, zh) => {
    expect(await makeAgent(key).check?.(signal)).toEqual([
      { zh: expect.stringContaining(zh), en: expect.stringContaining(en) },
    ]);
  });

  it.each([
    [(url: string) => url.replace('/v1', '/console'), 'end in /v1', '以 /v1 结尾'],
    [() => 'http://127.0.0.1:9/v1', 'cannot be reached', '连不上'],
  ])('a wrong address is told from a wrong key', async (change, en, zh) => {
    const agent = makeAgent('app-demo-chat', { baseUrl: change(standIn.url) });
    expect(await agent.check?.(signal)).toEqual([{ zh: expect.stringContaining(zh), en: expect.stringContaining(en) }]);
  });
});

describe('files for Dify', () => {
  const picture = inputFile('image', 'image', 'image/png');

  it('go beside the question of a chat, under a name that says what they are', async () => {
    const told = await tell(makeAgent('app-demo-chat'), question('look', { files: [picture] }));
    expect(told.error).toBeUndefined();
    expect(standIn.record.asked()[0]?.files).toEqual(['image.png']);
  });

  it('go into the variable of a workflow', async () => {
    const report = inputFile('report.pdf', 'file', 'application/pdf');
    const told = await tell(makeAgent('app-demo-workflow'), question('read', { files: [report, picture] }));
    expect(told.error).toBeUndefined();
    expect(standIn.record.asked()[0]?.inputs['doc']).toMatchObject({ type: 'document', transfer_method: 'local_file' });
    expect(standIn.record.asked()[0]?.files).toContain('image.png');
  });

  it('are asked about by their names when nothing else is said', async () => {
    await tell(makeAgent('app-demo-chat'), question('  ', { files: [picture] }));
    expect(standIn.record.queries()).toEqual(['image']);
  });

  it('of a kind that only the app knows are sent as such', async () => {
    const told = await tell(
      makeAgent('app-drawings'),
      question('check', { files: [inputFile('house.DWG', 'file', 'application/acad')] }),
    );
    expect(told.error).toBeUndefined();
    expect(standIn.record.asked()[0]?.files).toEqual(['house.DWG']);
  });

  it.each([
    [
      'app-demo-chat',
      inputFile('report.pdf', 'file', 'application/pdf'),
      { name: 'report.pdf', allowed: 'images', why: 'only images can be used' },
    ],
    [
      'app-demo-chat',
      inputFile('photo.png', 'image', 'image/png', 11 * 1024 * 1024),
      { name: 'photo.png', limit: '10 MB', why: 'it is larger than 10 MB' },
    ],
    [
      'app-demo-plain',
      inputFile('photo.png', 'image', 'image/png'),
      { name: 'photo.png', why: 'this agent takes no files' },
    ],
    [
      'app-drawings',
      inputFile('photo.png', 'image', 'image/png'),
      { name: 'photo.png', allowed: '.dwg', why: 'only .dwg can be used' },
    ],
  ])('that %s does not take are refused by name, before anything is asked', async (key, file, details) => {
    const told = await tell(makeAgent(key), question('look', { files: [file] }));
    expect(told.error).toMatchObject({ code: 'agent_rejected_file', details });
    expect(asks()).toBe(0);
  });

  it.each([
    ['app-demo-chat', ['image']],
    ['app-demo-chatflow', ['image', 'file', 'audio', 'video']],
    ['app-demo-plain', []],
    ['app-drawings', ['file']],
  ])('are of the kinds that %s says it takes', async (key, kinds) => {
    const profile = await makeAgent(key).profile?.(signal);
    expect(profile?.takes.toSorted()).toEqual(kinds.toSorted());
  });

  it('of a kind that the app takes, in a format that Dify does not, are refused with the formats', async () => {
    const voice = inputFile('voice.opus', 'audio', 'audio/ogg');
    const asked = (lang: 'zh' | 'en') => tell(makeAgent('app-demo-chatflow'), question('', { files: [voice], lang }));
    const formats = { en: 'mp3, m4a, wav, amr, mpga', zh: 'mp3、m4a、wav、amr、mpga' };
    const whys = { en: `of audio only ${formats.en} can be used`, zh: `音频只支持 ${formats.zh} 格式` };
    for (const lang of ['zh', 'en'] as const) {
      const details = { name: 'voice.opus', allowed: formats[lang], why: whys[lang] };
      expect((await asked(lang)).error).toMatchObject({ code: 'agent_rejected_file', details });
    }
  });

  it('that are too many are refused before the first is fetched', async () => {
    let opened = 0;
    const files = [1, 2, 3, 4].map((number) => ({
      ...inputFile(`${number}.png`, 'image', 'image/png'),
      open: async () => ({ bytes: new Uint8Array(1), mime: `image/png;${(opened += 1)}` }),
    }));
    const told = await tell(makeAgent('app-demo-chat'), question('看看', { files, lang: 'zh' }));
    expect(told.error).toMatchObject({
      code: 'agent_rejected_file',
      details: { name: '4.png', limit: '3', why: '一次最多 3 个' },
    });
    expect(opened).toBe(0);
  });

  it('that Dify itself refuses are named too', async () => {
    standIn.faults.add({ does: { kind: 'page', status: 413 }, path: 'files/upload' });
    const told = await tell(makeAgent('app-demo-chat'), question('look', { files: [picture] }));
    expect(told.error).toMatchObject({ code: 'agent_rejected_file', details: { name: 'image.png' } });
  });
});

describe('a workflow with inputs of its own', () => {
  it('gets the question in the one that takes text', async () => {
    await tell(makeAgent('app-greeter'), question('tea'));
    expect(standIn.record.asked()[0]?.inputs).toEqual({ topic: 'tea' });
  });

  it('refuses a question that is too long for it', async () => {
    const told = await tell(makeAgent('app-greeter'), question('茶'.repeat(21)));
    expect(told.error).toMatchObject({ code: 'agent_rejected_input', details: { limit: '20' } });
  });
});

function asks(): number {
  return standIn.record.requests.filter(({ method, path }) => method === 'POST' && path === '/v1/chat-messages').length;
}

function makeAgent(apiKey: string, more: Record<string, unknown> = {}): Agent {
  const config = dify.configSchema.parse({ baseUrl: standIn.url, apiKey, idleTimeoutMs: 20_000, ...more });
  const agent = dify.create(config, { name: id<AgentName>('demo'), clock: fastClock, log, random: () => 0 });
  agents.push(agent);
  return agent;
}

const keep = (event: string, fields: unknown): void => void logged.push([event, fields]);
const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
