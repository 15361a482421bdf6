import { describe, expect, it } from 'vitest';
import type { Ask } from '../../core/agent.ts';
import { type AppFacts, readFacts } from './facts.ts';
import { askBody, checkInputs, queryVariable } from './messages.ts';

const NO_FILES = { beside: [], variables: {} };
const ASK: Ask = { user: 'u_1', text: 'hello', files: [], inputs: { user_name: 'Ann', lang: 'en' }, lang: 'en' };

describe('asking a chat app', () => {
  it('names the conversation, and sends everything the app declares each time', () => {
    const facts = appOf('chat', text('user_name'), text('city', { default: 'Paris' }));
    expect(askBody(facts, { inputs: {} }, ASK, NO_FILES, 'c1')).toEqual({
      inputs: { user_name: 'Ann', city: 'Paris' },
      query: 'hello',
      user: 'u_1',
      response_mode: 'streaming',
      conversation_id: 'c1',
    });
  });

  it('begins a conversation without paying a model for its title', () => {
    const body = askBody(appOf('chat'), { inputs: {} }, ASK, NO_FILES);
    expect(body).toMatchObject({ auto_generate_name: false });
    expect(body).not.toHaveProperty('conversation_id');
  });

  it('lets the operator’s value win over what the gateway knows', () => {
    const body = askBody(appOf('chat', text('lang')), { inputs: { lang: 'zh' } }, ASK, NO_FILES);
    expect(body).toMatchObject({ inputs: { lang: 'zh' } });
  });

  it('gives each variable its own type, and leaves out what does not fit', () => {
    const facts = appOf(
      'chat',
      { number: { variable: 'age' } },
      { number: { variable: 'size' } },
      { checkbox: { variable: 'urgent' } },
      { select: { variable: 'tone', options: ['short'] } },
      { json_object: { variable: 'extra' } },
      text('name', { max_length: 3 }),
    );
    const inputs = { age: '7', size: 'big', urgent: 'true', tone: 'loud', extra: '{"a":1}', name: '一二三四' };
    expect(askBody(facts, { inputs }, ASK, NO_FILES)).toMatchObject({
      inputs: { age: 7, urgent: true, extra: { a: 1 }, name: '一二三' },
    });
  });

  it('refuses before asking when an input is required that nobody fills', () => {
    const facts = appOf('chat', text('city', { required: true }));
    expect(() => askBody(facts, { inputs: {} }, ASK, NO_FILES)).toThrow('inputs.city');
    expect(() => checkInputs(facts, { inputs: {} })).toThrow('inputs.city');
    expect(() => checkInputs(facts, { inputs: { city: 'Paris' } })).not.toThrow();
  });
});

describe('the variable that takes the question', () => {
  it.each([
    ['the one with a usual name', [text('title'), text('question')], 'question'],
    ['the one that is required', [text('title'), text('topic', { required: true })], 'topic'],
    ['the only one that is not about who asks', [text('user_name'), text('department'), text('topic')], 'topic'],
    ['the only long one', [text('title'), { paragraph: { variable: 'body' } }], 'body'],
  ])('is %s', (_, form, name) => {
    expect(queryVariable(appOf('workflow', ...form), { inputs: {} })?.name).toBe(name);
  });

  it('is never one that the operator fills', () =>
    expect(queryVariable(appOf('workflow', text('query'), text('topic')), { inputs: { query: 'x' } })?.name).toBe(
      'topic',
    ));

  it('is the one in the settings', () =>
    expect(
      queryVariable(appOf('workflow', text('query'), text('topic')), { inputs: {}, queryVariable: 'topic' })?.name,
    ).toBe('topic'));

  it('must be said where there is no telling', () => {
    expect(() => queryVariable(appOf('workflow', text('a'), text('b')), { inputs: {} })).toThrow(
      'set queryVariable ("a", "b")',
    );
    expect(() => queryVariable(appOf('workflow', text('a')), { inputs: {}, queryVariable: 'z' })).toThrow('"z"');
    expect(() => queryVariable(appOf('workflow'), { inputs: {} })).toThrow('no text variable');
  });

  it('takes the question of a workflow, which has no conversation', () => {
    const body = askBody(appOf('workflow', text('topic')), { inputs: {} }, ASK, NO_FILES, 'c1');
    expect(body).toEqual({ inputs: { topic: 'hello' }, user: 'u_1', response_mode: 'streaming' });
  });

  it('need not exist in a completion app, which has an older place for it', () => {
    const body = askBody(appOf('completion'), { inputs: {} }, ASK, NO_FILES);
    expect(body).toEqual({ inputs: {}, query: 'hello', user: 'u_1', response_mode: 'streaming' });
  });
});

function appOf(mode: AppFacts['mode'], ...form: object[]): AppFacts {
  return readFacts(mode, {}, { user_input_form: form });
}

function text(variable: string, more: object = {}): object {
  return { 'text-input': { variable, ...more } };
}
