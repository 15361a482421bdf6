import { describe, expect, it } from 'vitest';
import { eventually, type Json, type SeenEvent, standIn, type TestClient } from '../../../test/support/dify-client.ts';

const CHATFLOW = { key: 'app-demo-chatflow' };
const ANSWER = { action: 'approve', inputs: { reason: 'broken screen', urgency: 'high' }, user: 'u-9' };

async function paused(
  client: TestClient,
): Promise<{ run: string; token: string; events: readonly SeenEvent[]; order: string }> {
  const { events, order } = await client.ask('This needs approval', CHATFLOW);
  const required = events.find(({ event }) => event === 'human_input_required');
  const { form_token: token } = (required?.data ?? {}) as Json;
  return { run: String(required?.workflow_run_id), token: String(token), events, order };
}

async function join(client: TestClient, run: string, query = ''): Promise<readonly string[]> {
  const { raw } = await client.call('GET', `/workflow/${run}/events?user=u-1${query}`, undefined, CHATFLOW);
  return [...raw.matchAll(/"event":"(\w+)"/g)]
    .map(([, name]) => name ?? '')
    .filter((name, at, all) => name !== all[at - 1]);
}

const submit = ({ call }: TestClient, token: string, body: object = ANSWER) =>
  call('POST', `/form/human_input/${token}`, body, CHATFLOW);

describe('a run that needs a person', () => {
  it('says what it needs, pauses and closes the stream', async () => {
    const client = await standIn();
    const { order, token } = await paused(client);
    expect(order).toBe('workflow_started message human_input_required workflow_paused');
    const { body } = await client.call('GET', `/form/human_input/${token}`, undefined, CHATFLOW);
    expect(body).toMatchObject({
      inputs: [{ type: 'paragraph' }, { type: 'select' }, { type: 'file' }],
      user_actions: [{ id: 'approve' }, { id: 'reject' }],
    });
  });

  it('goes on after the first submission, by whomever, and refuses the second', async () => {
    const client = await standIn({ speed: 5 });
    const { run, token } = await paused(client);
    expect(await submit(client, token)).toMatchObject({ status: 200, body: {} });
    const rest = join(client, run);
    expect(await submit(client, token)).toMatchObject({ status: 412, body: { code: 'human_input_form_submitted' } });
    expect(await rest).toEqual([
      'workflow_started',
      'human_input_form_filled',
      'message',
      'message_end',
      'workflow_finished',
    ]);
    expect(await join(client, run)).toEqual(['workflow_finished']);
  });

  it('tells who joins with a snapshot what there was', async () => {
    const client = await standIn();
    const { run } = await paused(client);
    expect(await join(client, run)).toEqual([]);
    expect(await join(client, run, '&include_state_snapshot=true')).toEqual([
      'workflow_started',
      'message_replace',
      'human_input_required',
      'workflow_paused',
    ]);
  });

  it('shows its events to its own user only', async () => {
    const client = await standIn();
    const { run } = await paused(client);
    expect((await client.call('GET', `/workflow/${run}/events?user=u-2`, undefined, CHATFLOW)).status).toBe(404);
    expect((await client.call('GET', `/workflow/${run}/events`, undefined, CHATFLOW)).status).toBe(400);
  });

  it('goes on without an answer when the time is over', async () => {
    const client = await standIn({ formLifeMs: 20_000 });
    const { token } = await paused(client);
    await eventually(() => client.server.record.asked()[0]?.endedAt !== undefined);
    expect((await submit(client, token)).body.code).toBe('human_input_form_expired');
  });

  it.each([
    ['an unknown action', { ...ANSWER, action: 'maybe' }],
    ['a missing input', { ...ANSWER, inputs: { reason: 'x' } }],
    ['a choice that is none', { ...ANSWER, inputs: { reason: 'x', urgency: 'now' } }],
  ])('refuses %s', async (_, body) => {
    const client = await standIn();
    const { token } = await paused(client);
    expect((await submit(client, token, body)).body).toMatchObject({ status: 400, code: 'invalid_form_data' });
  });

  it('has no token where only a page of Dify shows the form', async () => {
    const { ask, call } = await standIn();
    const { events } = await ask('#human-mail', CHATFLOW);
    expect(events.find(({ event }) => event === 'human_input_required')?.data).toMatchObject({ form_token: null });
    expect((await call('GET', '/form/human_input/unknown', undefined, CHATFLOW)).status).toBe(404);
  });

  it('can be stopped while it waits', async () => {
    const client = await standIn();
    const { events, token } = await paused(client);
    await client.call('POST', `/chat-messages/${String(events.at(-1)?.task_id)}/stop`, { user: 'u-1' }, CHATFLOW);
    await eventually(() => client.server.record.asked()[0]?.endedAt !== undefined);
    expect((await submit(client, token)).status).toBe(412);
  });

  it('just answers in releases and modes without the node', async () => {
    expect((await (await standIn({ flavour: '1.12' })).ask('#human', CHATFLOW)).order).toMatch(
      /workflow_finished message_end$/,
    );
    expect((await (await standIn()).ask('#human')).order).toBe('message message_end');
  });
});

describe('reading a workflow run', () => {
  it('tells its outcome, with the inputs as a string', async () => {
    const { ask, call } = await standIn();
    const workflow = { key: 'app-demo-workflow', path: '/workflows/run' };
    const { last } = await ask('#echo hi', workflow);
    const { body } = await call('GET', `/workflows/run/${String(last.workflow_run_id)}`, undefined, workflow);
    expect(body).toMatchObject({
      status: 'succeeded',
      outputs: { text: 'echo: #echo hi' },
      inputs: '{"query":"#echo hi"}',
    });
    expect((await call('GET', '/workflows/run/r-1', undefined, workflow)).status).toBe(404);
  });
});
