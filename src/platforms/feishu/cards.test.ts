import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { id } from '../../core/ids.ts';
import type { Frame } from '../../core/reply.ts';
import { byteLength } from '../../lib/markdown.ts';
import { answerBody } from './answers.ts';
import { isClosing } from './card-view.ts';
import { fittingCard, fittingView, viewOf, writeCard } from './cards.ts';
import { MAX_ANSWER_BYTES, MAX_CARD_BYTES, MAX_CARD_ELEMENTS } from './limits.ts';
import { plainBody, postBody } from './messages.ts';

type Node = Readonly<Record<string, unknown>>;

const noImages = (): undefined => undefined;
const BASE: Frame = {
  turn: id('t42'),
  state: 'done',
  lang: 'zh',
  title: '小助手',
  answer: '年假有 5 天。',
  thoughts: [],
  citations: [],
  suggested: [],
  rating: 'none',
  buttons: [],
};

function card(frame: Frame): { config: Node; header: Node; body: { elements: readonly Node[] } } {
  return JSON.parse(fittingCard(frame, noImages) ?? '{}') as ReturnType<typeof card>;
}

function nodes(value: unknown): readonly Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(nodes);
  return 'tag' in value ? [value, ...inner] : inner;
}

function byId(frame: Frame, element: string): Node | undefined {
  return nodes(card(frame)).find((node) => node['element_id'] === element);
}

const words = (node: Node | undefined): string => JSON.stringify(node ?? null);

describe('a card', () => {
  it('has the answerer’s name and the state’s colour in its header', () => {
    const look = (frame: Partial<Frame>): unknown[] => {
      const { header } = card({ ...BASE, ...frame });
      const [tag] = nodes(header['text_tag_list']);
      return [header['template'], (tag?.['text'] as Node | undefined)?.['content']];
    };
    expect(card(BASE).header).toMatchObject({ title: { content: '小助手' } });
    expect(look({ state: 'queued' })).toEqual(['wathet', '排队中']);
    expect(look({ state: 'thinking' })).toEqual(look({ state: 'answering' }));
    expect(look({ state: 'done' })).toEqual(['green', undefined]);
    expect(look({ state: 'stopped' })).toEqual(['grey', '已停止']);
    expect(look({ state: 'failed', lang: 'en' })).toEqual(['red', 'Failed']);
    expect(look({ state: 'answering', continues: true })).toEqual(['blue', undefined]);
  });

  it('says what it waits for while there is no text', () => {
    expect(words(byId({ ...BASE, state: 'thinking', answer: '' }, 'answer'))).toContain('正在思考');
    expect(words(byId({ ...BASE, state: 'queued', position: 3, answer: '', lang: 'en' }, 'answer'))).toContain(
      'number 3',
    );
  });

  it('streams while it grows and not when it is whole', () => {
    expect(card({ ...BASE, state: 'answering' }).config).toMatchObject({ streaming_mode: true });
    expect(card(BASE).config).toEqual({ update_multi: true, summary: { content: '年假有 5 天。' } });
    expect(card({ ...BASE, state: 'answering', continues: true }).config).not.toHaveProperty('streaming_mode');
  });

  it('sums an answer up by its first words, without marks and with no character halved', () => {
    const summary = (answer: string) => card({ ...BASE, answer }).config;
    const told = (content: string) => ({ update_multi: true, summary: { content } });
    expect(summary('## 见 [**制度_第一版**](https://a.example/b_c)\n\n`代码`')).toEqual(told('见 制度第一版 代码'));
    expect(summary(`a${'😀'.repeat(60)}`)).toEqual(told(`a${'😀'.repeat(49)}`));
  });

  it('quotes the question as plain words', () => {
    expect(byId({ ...BASE, question: '**怎么**\n请假 <at id=all>' }, 'question')).toMatchObject({
      content: '> &#42;&#42;怎么&#42;&#42; 请假 &#60;at id=all>',
    });
  });

  it('folds thinking and tools, the newest at the end', () => {
    const thoughts = [
      { id: '1', kind: 'thinking', text: '先查**制度', state: 'done' },
      { id: '2', kind: 'tool', text: 'search', state: 'running' },
      { id: '3', kind: 'tool', text: 'sql', state: 'failed' },
    ] as const;
    const panel = byId({ ...BASE, thoughts }, 'thoughts');
    expect(panel).toMatchObject({ tag: 'collapsible_panel', expanded: false });
    expect(byId({ ...BASE, thoughts }, 'thought_text')).toMatchObject({
      content: '先查**制度**\n\n🔧 search ⏳\n\n🔧 sql ❌',
    });
  });

  it('shows three sources and folds the rest', () => {
    const citations = Array.from({ length: 5 }, (_, i) => ({
      title: `制度 ${i + 1}`,
      ...(i === 0 && { url: 'https://a.example' }),
    }));
    expect(byId({ ...BASE, citations }, 'sources')?.['content']).toBe(
      '**来源**\n1. [制度 1](https://a.example)\n2. 制度 2\n3. 制度 3',
    );
    expect(words(byId({ ...BASE, citations }, 'sources_more'))).toContain('4. 制度 4\\n5. 制度 5');
    expect(words(byId({ ...BASE, citations }, 'sources_more'))).toContain('更多来源（2）');
  });

  it('has buttons whose values come back unchanged, the pressed one shown as such', () => {
    const frame: Frame = { ...BASE, buttons: ['up', 'down', 'regenerate'], rating: 'up', suggested: ['还有呢？'] };
    const behavior = (element: string): unknown => ((byId(frame, element) ?? {})['behaviors'] as Node[])[0];
    expect(behavior('b_up')).toEqual({ type: 'callback', value: { act: 'up', turn: 't42' } });
    expect(behavior('b_regenerate')).toEqual({ type: 'callback', value: { act: 'regenerate', turn: 't42' } });
    expect(behavior('ask_0')).toEqual({ type: 'callback', value: { act: 'ask', turn: 't42', index: 0 } });
    expect(byId(frame, 'b_up')).toMatchObject({ type: 'primary', text: { content: '👍 已评为有用' } });
    expect(byId(frame, 'b_down')).toMatchObject({ type: 'default', text: { content: '👎 没帮助' } });
  });

  it('shows a sentence of ours alone when there is no answer', () => {
    const frame: Frame = { ...BASE, state: 'failed', answer: '', notice: '请稍后再试。（参考编号 PH-1）' };
    expect(byId(frame, 'answer')).toBeUndefined();
    expect(byId(frame, 'notice')).toMatchObject({ content: '请稍后再试。（参考编号 PH-1）' });
  });

  it('gives up thoughts and extras before words', () => {
    const long = 'x'.repeat(MAX_ANSWER_BYTES);
    const frame: Frame = {
      ...BASE,
      answer: long,
      question: '问',
      thoughts: [{ id: '1', kind: 'thinking', text: '"'.repeat(5_000), state: 'done' }],
      citations: Array.from({ length: 30 }, (_, i) => ({ title: `${'源'.repeat(60)}${i}` })),
    };
    const json = fittingCard(frame, noImages);
    expect(json).toContain(long);
    expect(byteLength(json ?? '')).toBeLessThanOrEqual(MAX_CARD_BYTES);
    expect(json).not.toContain('thought_text');
  });
});

const text = fc.oneof(
  fc.string({ maxLength: 3_000, unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '**粗**',
        '| a |\n| - |\n| b |\n\n',
        '```\n',
        '"',
        '\n',
        '你好',
        '<at id=all>',
        '![x](https://a.example)',
      ),
      { maxLength: 400 },
    )
    .map((parts) => parts.join('')),
);
const frames: fc.Arbitrary<Frame> = fc.record({
  turn: fc.constant(BASE.turn),
  state: fc.constantFrom('queued', 'thinking', 'answering', 'done', 'stopped', 'failed'),
  lang: fc.constantFrom('zh', 'en'),
  title: fc.string({ maxLength: 40 }),
  answer: text,
  thoughts: fc.array(
    fc.record({
      id: fc.string(),
      kind: fc.constantFrom('thinking', 'tool'),
      text,
      state: fc.constantFrom('running', 'done'),
    }),
    { maxLength: 8 },
  ),
  citations: fc.array(fc.record({ title: text, url: fc.webUrl() }), { maxLength: 8 }),
  suggested: fc.array(text, { maxLength: 12 }),
  rating: fc.constantFrom('up', 'none'),
  buttons: fc.constant(['up', 'stop'] as const),
  notice: text,
  question: text,
});

describe('whatever a frame holds', () => {
  it('its card keeps the vendor’s limits, or there is none and words go instead', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        const json = fittingCard(frame, noImages);
        if (json === undefined) {
          expect(byteLength(plainBody(frame).content)).toBeLessThanOrEqual(150 * 1024);
          return;
        }
        expect(byteLength(json)).toBeLessThanOrEqual(MAX_CARD_BYTES);
        const all = nodes(JSON.parse(json));
        expect(all.length).toBeLessThanOrEqual(MAX_CARD_ELEMENTS);
        const ids = all.map((node) => node['element_id']).filter((name) => name !== undefined);
        expect(new Set(ids).size).toBe(ids.length);
        for (const name of ids) expect(name).toMatch(/^[a-z][a-z0-9_]{0,19}$/);
        expect(json).not.toMatch(/<at\b/i);
        for (const node of all) if (node['tag'] === 'markdown') expect(node['content']).toBeTypeOf('string');
      }),
      { numRuns: 300 },
    );
  });

  it('a text that may grow is never empty', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        for (const element of viewOf(frame, noImages).elements) expect(element.text?.content).not.toBe('');
        expect(fittingView(frame, noImages)?.closed ?? isClosing(frame)).toBe(isClosing(frame));
        expect(writeCard(viewOf(frame, noImages)).length).toBeGreaterThan(0);
        expect(postBody(frame)?.type ?? 'post').toBe('post');
      }),
      { numRuns: 200 },
    );
  });
});

describe('the answer to a pressed button', () => {
  it('is a toast in the person’s language and the card anew', () => {
    const answer = answerBody({ toast: { kind: 'success', text: 'Thank you!', lang: 'en' }, frame: BASE }, noImages);
    expect(answer['toast']).toEqual({ type: 'success', content: 'Thank you!', i18n: { en_us: 'Thank you!' } });
    expect(answer['card']).toMatchObject({ type: 'raw', data: { schema: '2.0', header: {} } });
  });

  it('is a toast only while the card grows', () => {
    expect(answerBody({ frame: { ...BASE, state: 'answering' } }, noImages)).toEqual({});
  });

  it('is nothing when there is nothing to say', () => {
    expect(answerBody({}, noImages)).toEqual({});
  });
});
