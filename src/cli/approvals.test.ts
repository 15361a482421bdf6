import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AccountId, type ApprovalId, type ChannelName, id, type TemplateCode } from '../core/ids.ts';
import type { InLanguages, Lang } from '../core/lang.ts';
import { openStore } from '../store/open.ts';
import { listApprovals } from './approvals.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posthouse-cli-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function listed(lang: Lang): Promise<string> {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const app = { DINGTALK_CLIENT_ID: 'ding1', DINGTALK_CLIENT_SECRET: 's' };
  const env = { DATABASE_URL: join(folder, 'test.db'), ECHO_AGENT: 'true', ...app };
  const say = (words: InLanguages) => words[lang];
  await listApprovals({ lang, env, out: write, err: write, say }, { limit: 10 });
  return lines.join('\n');
}

it('lists approvals with their state in the words of whoever looks', async () => {
  const store = await openStore(join(folder, 'test.db'));
  const wish = { purpose: 'operator', subject: null, channel: id<ChannelName>('dingtalk'), by: id<AccountId>('lin') };
  const asked = { ...wish, id: id<ApprovalId>('ap-1'), template: id<TemplateCode>('PROC-1') };
  await store.approvals.begin(asked, Date.now() + 60_000, Date.now());
  await store.close();
  expect(await listed('zh')).toMatch(/ap-1 .* 正在发起 {2}lin {2}-$/);
  expect(await listed('en')).toMatch(/ap-1 .* being started {2}lin {2}-$/);
});
