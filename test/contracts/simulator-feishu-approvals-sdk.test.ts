/** Approvals of the simulator against the vendor's own client, unmodified. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Client, EventDispatcher, LoggerLevel } from '@larksuiteoapi/node-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { FEISHU_DEFINITION } from '../support/feishu-approvals.ts';

const quiet = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };
const CODE = FEISHU_DEFINITION.code;

let sim: Simulator;
let client: Client;
const cleanups: (() => void | Promise<void>)[] = [];

beforeEach(async () => {
  sim = await startSimulator({ dify: false, feishu: { approvals: [FEISHU_DEFINITION] } });
  const { id: appId, secret: appSecret } = sim.feishu.app;
  const values = new Map<unknown, unknown>();
  // The client's own cache is one for the whole process; each test has another vendor.
  const cache = {
    get: async (key: unknown) => values.get(key),
    set: async (key: unknown, value: unknown) => {
      values.set(key, value);
      return true;
    },
  };
  client = new Client({ appId, appSecret, domain: sim.url, loggerLevel: LoggerLevel.error, logger: quiet, cache });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await sim.close();
});

/** What the SDK's dispatcher makes of what is delivered. */
async function listen(): Promise<{ readonly status: string; readonly instance_code: string }[]> {
  const { app } = sim.feishu;
  const heard: { status: string; instance_code: string }[] = [];
  const dispatcher = new EventDispatcher({
    encryptKey: app.encryptKey,
    verificationToken: app.verificationToken,
    loggerLevel: LoggerLevel.error,
    logger: quiet,
  }).register({ approval_instance: (event: { status: string; instance_code: string }) => void heard.push(event) });
  const server = createServer((request, response) => {
    void (async () => {
      const body = JSON.parse((await buffer(request)).toString()) as object;
      await dispatcher.invoke(Object.assign(Object.create({ headers: request.headers }), body));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    })();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  cleanups.push(
    () => void server.closeAllConnections(),
    () => void server.close(),
  );
  app.webhookUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return heard;
}

describe('the client of the official SDK', () => {
  it('reads a definition, starts an approval, decides it and is told of it', async () => {
    const heard = await listen();
    const definition = await client.approval.v4.approval.get({ path: { approval_code: CODE } });
    expect(definition.data).toMatchObject({ approval_name: 'Access', status: 'ACTIVE' });
    await client.approval.v4.approval.subscribe({ path: { approval_code: CODE } });

    const open_id = sim.feishu.openId('lin');
    const form = JSON.stringify([{ id: 'widget1', type: 'input', value: 'a trip' }]);
    const started = await client.approval.v4.instance.create({
      data: { approval_code: CODE, open_id, form, uuid: 'u-1' },
    });
    const instance_code = started.data?.instance_code ?? '';
    const read = await client.approval.v4.instance.get({ path: { instance_id: instance_code } });
    expect(read.data).toMatchObject({ status: 'PENDING', open_id, uuid: 'u-1', task_list: [{ status: 'PENDING' }] });

    await client.approval.v4.task.approve({
      params: { user_id_type: 'open_id' },
      data: {
        approval_code: CODE,
        instance_code,
        user_id: sim.feishu.openId('wang'),
        task_id: read.data?.task_list[0]?.id ?? '',
        comment: 'fine',
      },
    });
    const ended = await client.approval.v4.instance.get({ path: { instance_id: instance_code } });
    expect(ended.data).toMatchObject({ status: 'APPROVED', timeline: [{ type: 'START' }, { type: 'PASS' }] });
    await expect.poll(() => heard.map(({ status }) => status)).toEqual(['PENDING', 'APPROVED']);
    expect(heard[0]?.instance_code).toBe(instance_code);
  });

  it('is refused with the vendor’s numbers', async () => {
    const codeOf = async (call: Promise<unknown>): Promise<unknown> =>
      call.then(
        () => 0,
        (error: unknown) => (error as { response?: { data?: { code?: number } } }).response?.data?.code,
      );
    const open_id = sim.feishu.openId('lin');
    const start = (approval_code: string, form: unknown, uuid = '') =>
      client.approval.v4.instance.create({ data: { approval_code, open_id, form: JSON.stringify(form), uuid } });
    const good = [{ id: 'widget1', type: 'input', value: 'x' }];
    expect(await codeOf(start('AC-0', good))).toBe(1390002);
    expect(await codeOf(start(CODE, []))).toBe(1390001);
    expect(await codeOf(start(CODE, [{ ...good[0], value: 7 }]))).toBe(1390001);
    expect(await codeOf(start(CODE, good, 'u-1'))).toBe(0);
    expect(await codeOf(start(CODE, good, 'u-1'))).toBe(60012);
    expect(await codeOf(client.approval.v4.instance.get({ path: { instance_id: 'x' } }))).toBe(1390003);
    await client.approval.v4.approval.subscribe({ path: { approval_code: CODE } });
    expect(await codeOf(client.approval.v4.approval.subscribe({ path: { approval_code: CODE } }))).toBe(1390007);
  });
});
