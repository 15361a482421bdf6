import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRules } from '../../src/rights/rules-file.ts';
import { openDepartmentId } from '../../src/simulator/feishu/department-id.ts';
import { openStore } from '../../src/store/open.ts';
import { ThreeVendors, VENDORS, type Vendor } from '../support/three-vendors.ts';

/** 人事部 (4), which holds 薪酬组 (5), as each vendor writes it. */
const RULES = `
roles:
  everyone: { allow: ["command:help"] }
  hr: { allow: ["agent:*"] }
grants:
  - { role: hr, to: "department:wecom/4" }
  - { role: hr, to: "department:dingtalk/4" }
  - { role: hr, to: "department:feishu/${openDepartmentId(4)}" }
`;

let three: ThreeVendors;
beforeEach(async () => {
  three = await ThreeVendors.start({ PEOPLE_DIRECTORY: 'true' });
});
afterEach(() => three.close());

/** A second and a bit: after so long every process goes by what another has changed. */
const aSecond = () => new Promise((resolve) => setTimeout(resolve, 1_200));

/** Does it in the vendor's back office, and waits until the gateway has worked off what it was told. */
async function office(vendor: Vendor, action: Readonly<Record<string, unknown>>): Promise<void> {
  await three.office(vendor, action);
  await three.quiet();
}

describe.each(VENDORS)('who leaves the company at %s', (vendor) => {
  const asks = (person: string) => three.reaches(vendor, person);

  it('is out at once by the vendor’s event, and in again by another', { timeout: 60_000 }, async () => {
    expect(await asks('wang')).toBe(true);
    await office(vendor, { person: 'wang', type: 'staff', act: 'leave' });
    expect(await asks('wang')).toBe(false);
    expect(await asks('chen')).toBe(true);
    await office(vendor, { person: 'wang', type: 'staff', act: 'return' });
    expect(await asks('wang')).toBe(true);
  });

  it('is out by a whole look, where no event came', { timeout: 60_000 }, async () => {
    await asks('wang');
    await asks('chen');
    await office(vendor, { person: 'wang', type: 'staff', act: 'leave', silent: true });
    expect(await asks('wang')).toBe(true);
    expect((await three.sync(vendor)).join()).toBe(
      `${vendor}  ✔ 5 departments, 2 members, 1 of them have written, 1 were in no list and looked up`,
    );
    await aSecond();
    expect(await asks('wang')).toBe(false);
    expect(await asks('chen')).toBe(true);
  });

  it('moves from department to department, and so do her rights', { timeout: 60_000 }, async () => {
    const store = await openStore(three.databaseUrl, {});
    await store.rights.replace(readRules(RULES), 'admin', Date.now());
    await store.close();
    await aSecond();
    expect(await asks('wang')).toBe(true);
    expect(await asks('chen')).toBe(false);
    await office(vendor, { person: 'wang', type: 'staff', act: 'move', departments: [3] });
    expect(await asks('wang')).toBe(false);
    await office(vendor, { type: 'department', act: 'save', department: 3, parent: 4 });
    expect(await asks('wang')).toBe(true);
    expect(await asks('chen')).toBe(true);
  });
});

it('who is in no department of Feishu’s is in the whole company, as agents read it', { timeout: 60_000 }, async () => {
  expect(await three.reaches('feishu', 'wang')).toBe(true);
  await office('feishu', { person: 'wang', type: 'staff', act: 'move', departments: [1] });
  expect(await three.reaches('feishu', 'wang')).toBe(true);
  expect(three.sim.dify?.record.asked().at(-1)?.inputs['department']).toMatch(/^(?:整个公司|the whole company)$/);
});

describe('who is shut out', () => {
  it.each(['feishu', 'wecom'] as const)(
    'by the administrator at %s is out as if she had left',
    { timeout: 60_000 },
    async (vendor) => {
      await three.reaches(vendor, 'wang');
      await office(vendor, { person: 'wang', type: 'staff', act: 'suspend' });
      expect(await three.reaches(vendor, 'wang')).toBe(false);
    },
  );
});
