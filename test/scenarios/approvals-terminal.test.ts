import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/program.ts';
import { createTerminal } from '../../src/cli/terminal.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'posthouse-approvals-'));
let sim: Simulator;
beforeAll(async () => {
  sim = await startSimulator({
    dify: false,
    dingtalk: {
      approvals: [
        {
          processCode: 'PROC-1',
          name: 'Access',
          approvers: ['wang.min'],
          fields: [
            { label: 'Reason', componentType: 'TextField', required: true },
            { label: 'Groups', componentType: 'DDMultiSelectField', options: ['A', 'B'] },
          ],
        },
      ],
    },
  });
});
afterAll(async () => {
  await sim.close();
  rmSync(folder, { recursive: true });
});

/** Types a command, word by word, and answers what was printed. */
async function type(...words: readonly string[]) {
  const { id, secret } = sim.dingtalk.app;
  const env = {
    DINGTALK_CLIENT_ID: id,
    DINGTALK_CLIENT_SECRET: secret,
    DINGTALK_BASE_URL: sim.url,
    DINGTALK_OAPI_BASE_URL: sim.url,
    DIFY_BASE_URL: 'http://127.0.0.1:9/v1',
    DIFY_API_KEY: 'app-key',
    DATABASE_URL: join(folder, 'test.db'),
  };
  const argv = ['node', 'posthouse', 'approvals', ...words];
  const out: string[] = [];
  const err: string[] = [];
  const terminal = {
    ...createTerminal(argv, env),
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
  };
  return { code: await runCommand(argv, terminal), out: out.join('\n'), err: err.join('\n') };
}

describe('approvals at the terminal', () => {
  const by = ['--by', 'lin.xiao'];

  it('are started with what the form asks for, once for a key, and looked at with what the vendor says', async () => {
    expect((await type('templates', 'dingtalk', ...by)).out).toBe(
      'PROC-1  Access\n  * Reason  (text)\n    Groups  (some of, by commas)  A | B',
    );
    const start = ['start', 'dingtalk', 'PROC-1', ...by, '-f', 'Reason=to read', 'Groups=A, B', '--key', 'k1'];
    const started = await type(...start);
    expect(started).toMatchObject({ code: 0, err: '' });
    expect((await type(...start)).out).toBe(started.out);
    expect((await type('list')).out).toBe(started.out);
    const [id = ''] = started.out.split('  ');
    const shown = await type('show', id);
    expect(shown.out).toContain('At the platform: running');
    expect(shown.out).toContain('Waiting for: wang.min');
  });

  it.each([
    [['start', 'dingtalk', 'PROC-1', ...by, '-f', 'Groups=A'], 'approval_form_invalid'],
    [['start', 'dingtalk', 'PROC-0', ...by, '-f', 'Reason=x'], 'approval_template_unknown'],
    [['show', 'a0'], 'approval_unknown'],
  ])('say why they cannot be done: %j', async (words, code) => {
    const failed = await type(...words);
    expect(failed.code).toBe(1);
    expect(failed.err).toContain(code);
  });
});
