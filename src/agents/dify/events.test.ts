import { describe, expect, it, vi } from 'vitest';
import type { AgentEvent } from '../../core/agent.ts';
import { readEvent } from './events.ts';
import { type RunOptions, RunState } from './run-state.ts';

/** Events as the API reference of Dify has them, with made-up ids. */
const IDS = { conversation_id: 'c1', message_id: 'm1', created_at: 1_750_000_000, task_id: 't1' };

describe('reading the events of Dify', () => {
  it('tells the ids of the run once, before its text', () => {
    const events = read(message('Hel'), message('lo'), end());
    expect(events.slice(0, 2)).toEqual([
      { kind: 'started', run: { user: 'u_1', conversation: 'c1', message: 'm1', task: 't1' }, forgotten: false },
      { kind: 'text', delta: 'Hello' },
    ]);
    expect(events.filter(({ kind }) => kind === 'started')).toHaveLength(1);
  });

  it('says that the dialogue was forgotten when another one answers', () => {
    expect(read([message('x')], { conversation: 'c0' })[0]).toMatchObject({ kind: 'started', forgotten: true });
    expect(read([message('x')], { conversation: 'c1' })[0]).toMatchObject({ kind: 'started', forgotten: false });
  });

  it('passes over what is no JSON, no object and nothing it knows', () => {
    expect(
      read(
        ['{"event":"message",', '[1]', 'null', '"x"', json('constructor'), json('__proto__'), json('brand_new')],
        {},
      ),
    ).toHaveLength(1);
  });

  it('takes a message_file with text for text, and one with an address for a file', () => {
    const file = json('message_file', {
      id: 'f1',
      type: 'image',
      belongs_to: 'assistant',
      url: '/files/tools/f1.png?sign=a',
    });
    const events = read(json('message_file', { answer: 'Hi ' }), file, message('there'));
    expect(texts(events)).toBe('Hi there');
    expect(events.find(({ kind }) => kind === 'file')).toEqual({
      kind: 'file',
      file: { kind: 'image', name: 'f1.png', url: 'https://dify.example/files/tools/f1.png?sign=a' },
    });
  });

  it('tells a file once, though three events name it, and never one of the asker', () => {
    const url = 'https://dify.example/files/tools/f1.pdf';
    const files = [{ type: 'document', filename: 'r.pdf', url: `${url}?sign=2`, transfer_method: 'tool_file' }];
    const events = read(
      json('message_file', { type: 'image', belongs_to: 'user', url: '/files/mine.png' }),
      json('message_file', { type: 'document', belongs_to: 'assistant', url: `${url}?sign=1` }),
      end({ files }),
      json('workflow_finished', { data: { status: 'succeeded', files } }),
    );
    expect(events.filter(({ kind }) => kind === 'file')).toHaveLength(1);
  });

  it('replaces everything for message_replace, reasoning included', () => {
    const state = newState({});
    readEvent(state, message('<think>rude</think>Bad'));
    expect(state.take().at(-1)).toMatchObject({ thought: { text: 'rude' } });
    readEvent(state, json('message_replace', { answer: 'Sorry.', reason: 'output_moderation' }));
    expect(state.take()).toMatchObject([
      { kind: 'replaced', text: 'Sorry.' },
      { thought: { text: '', state: 'done' } },
    ]);
  });

  it('takes the closing message of a New Agent for the whole', () => {
    const pieces = [json('agent_message', { answer: 'Hel' }), json('agent_message', { answer: 'lo' })];
    expect(texts(read(...pieces, message('Hello')))).toBe('Hello');
    expect(texts(read(...pieces, message('Good day')))).toBe('Good day');
  });

  it('fills a thought up by its id and shows the tools only', () => {
    const thought = (fields: object) =>
      json('agent_thought', { id: 'a1', position: 1, thought: 'secret plan', ...fields });
    const labels = { clock: { en_US: 'Clock', zh_Hans: '时钟' } };
    const events = read(
      thought({ tool: '', observation: '' }),
      thought({ tool: 'clock;map', tool_labels: labels, observation: '' }),
      thought({ tool: 'clock;map', tool_labels: labels, observation: '12:00' }),
    );
    expect(events.filter(({ kind }) => kind === 'thought')).toEqual([
      { kind: 'thought', thought: { id: 'a1', kind: 'tool', text: '时钟, map', state: 'running' } },
      { kind: 'thought', thought: { id: 'a1', kind: 'tool', text: '时钟, map', state: 'done' } },
    ]);
  });

  it('shows the title of a step and nothing that went through it', () => {
    const events = read(
      node('node_started', { node_type: 'llm', title: 'Model' }),
      node('node_finished', { outputs: 'secret' }),
    );
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(events.slice(1)).toEqual([
      { kind: 'thought', thought: { id: 'n1', kind: 'step', text: 'Model', state: 'running' } },
      { kind: 'thought', thought: { id: 'n1', kind: 'step', text: 'Model', state: 'done' } },
    ]);
  });

  it.each([
    { node_type: 'start' },
    { node_type: 'llm', iteration_id: 'i1' },
    { node_type: 'code', loop_id: 'l1' },
    { node_type: 'iteration-start' },
  ])('shows no step for %o', (data) => expect(read(node('node_started', { title: 'x', ...data }))).toHaveLength(1));

  it('shows no more than thirty steps', () => {
    const steps = Array.from({ length: 100 }, (_, at) =>
      node('node_started', { node_type: 'code', title: `${at}` }, `n${at}`),
    );
    const shown = read(...steps).filter((event) => event.kind === 'thought' && event.thought.state === 'running');
    expect(shown).toHaveLength(30);
  });

  it('does not even parse what a node has to say, which may be megabytes, but knows that it has finished', () => {
    const state = newState({});
    readEvent(state, node('node_started', { node_type: 'code', title: 'sum' }, 'n1'));
    const parse = vi.spyOn(JSON, 'parse');
    readEvent(state, `{"event":"node_finished","data":{"id":"n1","outputs":"${'x'.repeat(1_000_000)}`);
    readEvent(state, `{"event":"agent_log","data":{"id":"n1","text":"${'x'.repeat(1_000_000)}"}}`);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
    const states = state.take().map((event) => event.kind === 'thought' && event.thought.state);
    expect(states.slice(-2)).toEqual(['running', 'done']);
  });

  it('keeps reasoning that comes apart', () => {
    const reasoning = (text: string, isFinal: boolean) =>
      json('reasoning_chunk', { data: { message_id: 'm1', reasoning: text, node_id: 'llm', is_final: isFinal } });
    const events = read(reasoning('hm ', false), reasoning('yes', true));
    expect(events.at(-1)).toMatchObject({ thought: { kind: 'thinking', text: 'hm yes', state: 'done' } });
  });

  it('groups the sources by document, in order, by name only', () => {
    const source = (position: number, document: string, name: string) => ({
      position,
      dataset_id: 'd1',
      document_id: document,
      document_name: name,
      content: 'secret text',
    });
    const events = read(
      end({
        metadata: { retriever_resources: [source(2, 'b', 'B.md'), source(1, 'a', 'A.md'), source(3, 'a', 'A.md')] },
      }),
    );
    expect(events.find(({ kind }) => kind === 'citations')).toEqual({
      kind: 'citations',
      citations: [{ title: 'A.md' }, { title: 'B.md' }],
    });
  });

  it('asks for a person in the words of the form', () => {
    const form = { form_content: 'Approve **3 screens**?\n\n{{#$output.reason#}}', node_title: 'Approval' };
    const state = newState({});
    readEvent(state, json('human_input_required', { data: form }));
    readEvent(state, json('workflow_paused', { data: {} }));
    expect(state.take().at(-1)).toEqual({ kind: 'paused', text: 'Approve **3 screens**?' });
    expect(state.phase).toBe('over');
  });
});

describe('how far a run of Dify has come', () => {
  it.each([
    ['chat', [message('x')], 'open'],
    ['chat', [message('x'), end()], 'over'],
    ['chatflow', [flowStart(), end()], 'closing'],
    ['chatflow', [flowStart(), flowEnd()], 'closing'],
    ['chatflow', [flowStart(), end(), flowEnd()], 'over'],
    ['chatflow', [flowStart(), flowEnd(), end()], 'over'],
    ['chatflow that a stored answer cut short', [message('x'), end()], 'over'],
    ['chatflow whose start was lost', [flowEnd()], 'closing'],
    ['chatflow', [flowStart(), flowEnd('failed')], 'over'],
    ['chat', [json('error', { status: 400, code: 'completion_request_error', message: 'x' })], 'over'],
  ] as const)('%s: %#', (_, events, phase) => {
    const state = newState({});
    for (const event of events) readEvent(state, event);
    expect(state.phase).toBe(phase);
  });

  it('is over for a workflow with its one last event, whose outputs are the answer', () => {
    const state = newState({ isWorkflow: true });
    readEvent(state, flowStart());
    readEvent(state, flowEnd('succeeded', { outputs: { text: 'Done.', score: 3 } }));
    expect(state.phase).toBe('over');
    expect(texts(state.finish())).toBe('Done.');
  });

  it('is stopped when Dify says so', () => {
    const state = newState({});
    readEvent(state, flowEnd('stopped'));
    expect(state).toMatchObject({ stopped: true, failure: undefined });
  });
});

function newState(options: Partial<RunOptions>): RunState {
  return new RunState({
    user: 'u_1',
    lang: 'zh',
    host: 'https://dify.example',
    forgotten: false,
    isWorkflow: false,
    ...options,
  });
}

function read(events: readonly string[], options: Partial<RunOptions>): readonly AgentEvent[];
function read(...events: string[]): readonly AgentEvent[];
function read(...args: unknown[]): readonly AgentEvent[] {
  const [events, options] = Array.isArray(args[0]) ? (args as [string[], Partial<RunOptions>]) : [args as string[], {}];
  const state = newState(options);
  for (const event of events) readEvent(state, event);
  return [...state.take(), ...state.finish()];
}

function texts(events: readonly AgentEvent[]): string {
  return events.reduce(
    (all, event) => (event.kind === 'text' ? all + event.delta : event.kind === 'replaced' ? event.text : all),
    '',
  );
}

function json(event: string, fields: object = {}): string {
  return JSON.stringify({ event, ...IDS, ...fields });
}

function message(answer: string): string {
  return json('message', { id: 'm1', answer, from_variable_selector: null });
}

function end(fields: object = {}): string {
  return json('message_end', { id: 'm1', metadata: {}, files: [], ...fields });
}

function node(event: string, data: object, nodeId = 'n1'): string {
  // The wire's order: the payload's id comes first.
  return event === 'node_finished'
    ? `{"event":"node_finished","task_id":"t1","data":${JSON.stringify({ id: nodeId, ...data })}}`
    : json(event, { data: { id: nodeId, iteration_id: null, loop_id: null, ...data } });
}

function flowStart(): string {
  return json('workflow_started', { workflow_run_id: 'r1', data: { id: 'r1' } });
}

function flowEnd(status = 'succeeded', data: object = {}): string {
  return json('workflow_finished', {
    workflow_run_id: 'r1',
    data: { id: 'r1', status, error: 'x', outputs: {}, ...data },
  });
}
