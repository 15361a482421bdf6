import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../store/open.ts';
import { failureText } from './failure.ts';
import { exportRights, importRights } from './rights.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-cli-'));
  await (await openStore(join(folder, 'test.db'))).close();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function terminalOf(lines: string[]) {
  const write = (line: string) => void lines.push(line);
  const env = { DATABASE_URL: join(folder, 'test.db'), FEISHU_APP_ID: 'cli_a', FEISHU_APP_SECRET: 's' };
  const more = { FEISHU_VERIFICATION_TOKEN: 't', ECHO_AGENT: 'true' };
  const say = ({ en }: { en: string }) => en;
  return { lang: 'en', env: { ...env, ...more }, out: write, err: write, say } as const;
}

async function run(rules: string, options: { merge?: boolean; dryRun?: boolean } = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  const terminal = terminalOf(lines);
  const file = join(folder, 'rights.yaml');
  await writeFile(file, rules);
  expect(await importRights(terminal, file, options)).toBe(0);
  return lines;
}

const HR = 'roles: { hr: { allow: ["command:new"] } }\ngrants: [{ role: hr, to: "person:p-1" }]';
const SALES = 'roles: { sales: {} }\ngrants: [{ role: hr, to: "department:feishu/od-1" }]';

it('says what an import changes; a dry run changes nothing, a merge takes nothing away', async () => {
  expect(await run(HR, { dryRun: true })).toContain('· Nothing was changed; 1 roles and 1 grants would be in force.');
  expect(await run(HR)).toEqual(expect.arrayContaining(['+ role hr', '+ grant hr → person:p-1']));
  const merged = await run(SALES, { merge: true });
  expect(merged.filter((line) => /^[-+~] /.test(line))).toEqual([
    '+ role sales',
    '+ grant hr → department:feishu/od-1',
  ]);
  expect(merged).toContain('✔ 2 roles and 2 grants are in force.');
  expect(merged.at(-1)).toContain('they fit nobody');
  expect(await run(HR, { dryRun: true })).toEqual(
    expect.arrayContaining(['- role sales', '- grant hr → department:feishu/od-1']),
  );
});

it('writes the rules to standard output where the file is named -', async () => {
  await run(HR);
  const lines: string[] = [];
  expect(await exportRights(terminalOf(lines), '-', {})).toBe(0);
  expect(lines.join('\n')).toContain('person:p-1');
  expect(existsSync('-')).toBe(false);
});

describe('what is wrong with rules', () => {
  it.each([
    'roles: { hr: { allow: ["agnet:hr"] } }',
    'roles: { hr: { allow: agent } }',
    'roles: { "bad name!": {} }',
    'roles: { hr: { quotas: [{ per: day }] } }',
    'roles: { hr: { quotas: [{ per: year, messages: 1 }] } }',
    'roles: { hr: { onRequestDays: -1 } }',
    'roles: { hr: { colour: red } }',
    'grants: [{ role: hr, to: "person:p-1" }]',
    'grants: [{ role: hr, to: "nobody" }]',
    'grants: [{ role: hr, to: everyone, from: tomorrow }]',
    'roles: [',
  ])('is said in Chinese and in English: %s', async (rules) => {
    const error = await run(rules).catch((thrown: unknown) => thrown);
    const { zh, en } = failureText(error);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(zh.replace(/规则不是有效的 YAML.*|“[^”]*”/u, '')).not.toMatch(
      /\b(?:expected|must|invalid|should|received|unrecognized)\b/i,
    );
    expect(en).not.toMatch(/\p{Script=Han}/u);
  });
});
