import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { id } from '../core/ids.ts';
import { readRules } from '../rights/rules-file.ts';
import { openStore } from '../store/open.ts';
import { listDepartments, syncDirectories } from './directory.ts';
import { explainRights } from './rights.ts';

const FEISHU = id<never>('feishu');
let folder: string;
let lines: string[];
beforeEach(async () => {
  lines = [];
  folder = await mkdtemp(join(tmpdir(), 'posthouse-cli-'));
  const store = await openStore(join(folder, 'test.db'));
  const tree = [
    { id: '0' },
    { id: 'od-hr', name: 'People', parent: '0' },
    { id: 'od-pay', name: 'Payroll', parent: 'od-hr' },
  ];
  await store.departments.place(FEISHU, tree, 1);
  await store.people.identify(FEISHU, { account: id('ou_ada'), ids: {} }, 1);
  const ada = {
    channel: FEISHU,
    account: id<never>('ou_ada'),
    attributes: {},
    isActive: true,
    departments: ['od-pay'],
  };
  await store.directory.learn([ada], 1);
  const rules = 'roles: { hr: { allow: ["agent:echo"] } }\ngrants: [{ role: hr, to: "department:feishu/od-hr" }]';
  await store.rights.replace(readRules(rules), 'admin', 1);
  await store.close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function terminal(more: Readonly<Record<string, string>> = {}) {
  const write = (line: string) => void lines.push(line);
  const feishu = { FEISHU_APP_ID: 'cli_a', FEISHU_APP_SECRET: 's', FEISHU_VERIFICATION_TOKEN: 't' };
  const env = { DATABASE_URL: join(folder, 'test.db'), ECHO_AGENT: 'true', ...feishu, ...more };
  return { lang: 'en', env, out: write, err: write, say: ({ en }: { en: string }) => en } as const;
}

it('lists departments as rules name them, behind what they are part of', async () => {
  expect(await listDepartments(terminal(), undefined, {})).toBe(0);
  expect(lines).toEqual([
    'feishu/0  the whole company',
    'feishu/od-hr  the whole company / People',
    'feishu/od-pay  the whole company / People / Payroll',
  ]);
});

it('explains rights by departments where directories are asked, and without them where they are not', async () => {
  const options = { as: 'feishu/ou_ada', in: 'feishu' };
  await explainRights(terminal({ PEOPLE_DIRECTORY: 'true' }), 'agent:echo', options);
  expect(lines).toContain('Roles: hr');
  lines = [];
  await explainRights(terminal(), 'agent:echo', options);
  expect(lines).toContain('Roles: none');
});

it('says what to set before directories can be read, and which channels there are', async () => {
  expect(await syncDirectories(terminal(), undefined, {})).toBe(2);
  expect(lines.join()).toContain('PEOPLE_DIRECTORY=true');
  await expect(syncDirectories(terminal({ PEOPLE_DIRECTORY: 'true' }), 'lark', {})).rejects.toMatchObject({
    code: 'channel_unknown',
  });
});
