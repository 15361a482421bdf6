import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toGatewayError } from '../../src/core/errors.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { RobotMessage } from '../../src/platforms/wecom/robot/messages.ts';
import { GroupRobot } from '../../src/platforms/wecom/robot/robot.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';

let sim: Simulator;
let robot: GroupRobot;
beforeEach(async () => {
  const group = { name: 'Ops', people: ['lin', 'chen'], robots: ['Alarm'] };
  sim = await startSimulator({ dify: false, wecom: { apps: [], bots: [], kf: false, groups: [group] } });
  robot = new GroupRobot({ key: sim.wecom.robot.id, baseUrl: sim.url }, { clock: systemClock });
});
afterEach(async () => {
  await robot.close();
  await sim.close();
});

const say = (message: RobotMessage): Promise<void> => robot.send(message, AbortSignal.timeout(5_000));
const codeOf = (sending: Promise<void>): Promise<string> =>
  sending.then(
    () => 'none',
    (error: unknown) => toGatewayError(error).code,
  );
const said = (): string[] => sim.wecom.record.answers().map(({ type }) => type);

describe('the robot of a group', () => {
  it('says everything that a robot can say', async () => {
    const file = { bytes: Buffer.from('89504e470d0a1a0a0000000d', 'hex'), mime: 'image/png' };
    const article = { title: 'Release', url: 'https://example.org/r', description: '1.4' };
    const card = {
      card_type: 'text_notice',
      main_title: { title: 'Build 88' },
      card_action: { type: 1, url: 'https://example.org/b' },
    };
    await say({ kind: 'text', text: 'disk 91 %', mentions: { users: ['lin.mei'] } });
    await say({ kind: 'markdown', text: '**disk** 91 %', users: ['lin.mei'] });
    await say({ kind: 'rich', text: '| svc | p95 |\n| :-- | --: |\n| api | 120 |' });
    await say({ kind: 'picture', file });
    await say({ kind: 'articles', articles: [article] });
    await say({ kind: 'file', name: '报告.pdf', file: { bytes: Buffer.from('%PDF-1.7'), mime: 'application/pdf' } });
    await say({ kind: 'voice', name: 'a.amr', file: { bytes: Buffer.from('#!AMR\n0123'), mime: 'audio/amr' } });
    await say({ kind: 'card', card });
    expect(said()).toEqual(['text', 'markdown', 'markdown_v2', 'image', 'news', 'file', 'voice', 'template_card']);
  });

  it('cuts what is too long, and the vendor cuts nothing', async () => {
    await say({ kind: 'text', text: '磁盘已满，请处理。'.repeat(200) });
    await say({ kind: 'markdown', text: '**磁盘已满**，请处理。\n\n'.repeat(200) });
    expect(said().length).toBeGreaterThan(4);
    expect(sim.wecom.record.answers().some(({ isTruncated }) => isTruncated)).toBe(false);
  });

  it('waits for the next minute before the vendor refuses', async () => {
    for (let i = 0; i < 20; i += 1) await say({ kind: 'text', text: `alarm ${i}` });
    expect(await codeOf(say({ kind: 'text', text: 'one more' }))).toBe('platform_throttled');
    expect(sim.wecom.record.calls.get('POST webhook/send 45009')).toBeUndefined();
  });

  it('that was taken out of its group says so', async () => {
    const gone = new GroupRobot({ key: 'no-such-key', baseUrl: sim.url }, { clock: systemClock });
    expect(await codeOf(gone.send({ kind: 'text', text: 'hello' }, AbortSignal.timeout(5_000)))).toBe(
      'platform_target_gone',
    );
    await gone.close();
  });

  it('cannot ask anything', async () => {
    const card = {
      card_type: 'button_interaction',
      main_title: { title: 'Sure?' },
      task_id: 't',
      button_list: [{ text: 'Yes', key: 'y' }],
    };
    expect(await codeOf(say({ kind: 'card', card }))).toBe('platform_content_refused');
  });
});
