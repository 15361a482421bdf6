import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Department, Listed, MemberDirectory } from '../../src/core/members.ts';
import type { Platform } from '../../src/core/platform.ts';
import { dingtalk } from '../../src/platforms/dingtalk/index.ts';
import { feishu } from '../../src/platforms/feishu/index.ts';
import { wecom } from '../../src/platforms/wecom/app/index.ts';
import { SIM_PATHS } from '../../src/simulator/contract.ts';
import { openDepartmentId } from '../../src/simulator/feishu/department-id.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { wecomConfig, wecomDeps } from '../support/wecom-app.ts';

const SIGNAL = new AbortController().signal;

/** One vendor's directory at the simulator, with what is the vendor's own. */
interface Case {
  readonly vendor: 'feishu' | 'wecom' | 'dingtalk';
  readonly connect: (sim: Simulator) => Platform;
  /** A department's id, by its number in the simulator. */
  readonly id: (department: number) => string;
  readonly who: (
    sim: Simulator,
    person: string,
  ) => { readonly account: never; readonly ids: Readonly<Record<string, string>> };
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether who is shut out is told as such. */
  readonly suspends: boolean;
}

const CASES: readonly Case[] = [
  {
    vendor: 'feishu',
    connect: (sim) => {
      const { id, secret, encryptKey, verificationToken } = sim.feishu.app;
      const config = { appId: id, appSecret: secret, encryptKey, verificationToken, baseUrl: sim.url };
      return feishu.create(feishu.configSchema.parse(config), wecomDeps());
    },
    id: openDepartmentId,
    who: (sim, person) => ({ account: sim.feishu.openId(person) as never, ids: {} }),
    attributes: { email: 'wang.min@demo.example', mobile: '+8613800000003', number: 'E-wang' },
    suspends: true,
  },
  {
    vendor: 'wecom',
    connect: (sim) => wecom.create(wecom.configSchema.parse(wecomConfig(sim, sim.wecom.app)), wecomDeps()),
    id: String,
    who: (_, person) => ({ account: (person === 'wang' ? 'wang.min' : person) as never, ids: {} }),
    attributes: {},
    suspends: true,
  },
  {
    vendor: 'dingtalk',
    connect: (sim) => {
      const { id, secret } = sim.dingtalk.app;
      const config = { clientId: id, clientSecret: secret, baseUrl: sim.url, oapiBaseUrl: sim.url };
      return dingtalk.create(dingtalk.configSchema.parse(config), wecomDeps());
    },
    id: String,
    who: (_, person) => {
      const staff = person === 'wang' ? 'wang.min' : person;
      return { account: staff as never, ids: { staff_id: staff } };
    },
    attributes: { email: 'wang.min@demo.example', mobile: '13800000003', number: 'E-wang' },
    suspends: false,
  },
];

describe.each(CASES)('the directory of $vendor', ({ vendor, connect, id, who, attributes, suspends }) => {
  let sim: Simulator;
  let platform: Platform;
  let directory: MemberDirectory;

  beforeEach(async () => {
    sim = await startSimulator({ dify: false, wecom: { kf: false, bots: [] }, dingtalk: {} });
    platform = connect(sim);
    if (!platform.directory) throw new Error('it has none');
    directory = platform.directory;
  });
  afterEach(async () => {
    await platform.close?.();
    await sim.close();
  });

  const wang = () => directory.member(who(sim, 'wang'), SIGNAL);
  const office = async (action: object) => {
    const body = JSON.stringify({ platform: vendor, person: 'wang', silent: true, ...action });
    return (await fetch(sim.url + SIM_PATHS.actions, { method: 'POST', body })).status;
  };
  const all = async <T>(pages: AsyncIterable<readonly T[]> | undefined): Promise<readonly T[][]> => {
    const found: T[][] = [];
    for await (const page of pages ?? []) found.push([...page]);
    return found;
  };

  it('tells of a member: that she is there, by what she is known, and her departments', async () => {
    expect(await wang()).toEqual({ isActive: true, attributes, departments: [id(5)] });
  });

  it('knows nobody whom it does not have', async () => {
    expect(await directory.member(who(sim, 'nobody'), SIGNAL)).toBeUndefined();
  });

  it('no longer knows who has left, and says who is shut out where the vendor says it', async () => {
    if (suspends) {
      await office({ type: 'staff', act: 'suspend' });
      expect(await wang()).toMatchObject({ isActive: false });
    }
    await office({ type: 'staff', act: 'leave' });
    expect(await wang()).toBeUndefined();
    await office({ type: 'staff', act: 'return' });
    expect(await wang()).toMatchObject({ isActive: true });
  });

  it('tells what a department is called and part of, up to the top, which is part of nothing', async () => {
    const lowest = await directory.company?.department(id(5), SIGNAL);
    expect(lowest).toEqual({ id: id(5), name: '薪酬组', parent: id(4) });
    const above = await directory.company?.department(id(4), SIGNAL);
    expect(above).toEqual({ id: id(4), name: '人事部', parent: id(1) });
    const top = await directory.company?.department(id(1), SIGNAL);
    expect([top?.id, top?.parent]).toEqual([id(1), undefined]);
    expect(await directory.company?.department(id(77), SIGNAL)).toBeUndefined();
  });

  it('lists all departments, each once, over as many pages as it takes', async () => {
    for (let number = 10; number < 75; number += 1) {
      await office({ type: 'department', act: 'save', department: number, name: `组 ${number}`, parent: 3 });
    }
    const pages = await all<Department>(directory.company?.departments(SIGNAL));
    const ids = pages.flat().map((one) => one.id);
    expect(ids).toHaveLength(70);
    expect(new Set(ids)).toEqual(new Set([1, 2, 3, 4, 5, ...Array.from({ length: 65 }, (_, at) => at + 10)].map(id)));
    expect(pages.flat()).toContainEqual({ id: id(74), name: '组 74', parent: id(3) });
  });

  it('lists who is in a department itself, each once, over as many pages as it takes', async () => {
    for (let number = 0; number < 120; number += 1) {
      sim.people.add({ id: `m${number}` });
      await office({ person: `m${number}`, type: 'staff', act: 'move', departments: [5] });
    }
    await office({ person: 'm7', type: 'staff', act: 'leave' });
    const people = (await all<Listed>(directory.company?.people(id(5), SIGNAL))).flat();
    expect(people).toHaveLength(120);
    expect(new Set(people.map(({ account }) => account)).size).toBe(120);
    expect(people.find(({ account }) => account === who(sim, 'wang').account)).toEqual({
      account: who(sim, 'wang').account,
      isActive: true,
      attributes,
      departments: [id(5)],
    });
    expect((await all<Listed>(directory.company?.people(id(4), SIGNAL))).flat()).toEqual([]);
  });

  it('refuses what no back office would do', async () => {
    expect(await office({ type: 'staff', act: 'move', departments: [] })).toBe(400);
    expect(await office({ type: 'staff', act: 'move', departments: [99] })).toBe(400);
    expect(await office({ type: 'department', act: 'remove', department: 4 })).toBe(400);
    expect(await office({ type: 'department', act: 'save', department: 4, parent: 5 })).toBe(400);
  });
});

describe('Feishu’s directory without a right', () => {
  it('tells less and says nothing of it: no departments, no names of them', async () => {
    const scopes = ['contact:contact.base:readonly', 'contact:user.base:readonly'];
    const sim = await startSimulator({ dify: false, feishu: { apps: [{ scopes }] } });
    const platform = CASES[0]?.connect(sim);
    const [openId, signal] = [sim.feishu.openId('wang'), SIGNAL];
    const found = await platform?.directory?.member({ account: openId as never, ids: {} }, signal);
    expect(found).toEqual({ isActive: true, attributes: {}, departments: [] });
    const department = await platform?.directory?.company?.department(openDepartmentId(5), signal);
    expect(department).toEqual({ id: openDepartmentId(5), parent: openDepartmentId(4) });
    await platform?.close?.();
    await sim.close();
  });
});
