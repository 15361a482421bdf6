import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PlatformDefinition } from '../core/platform-definition.ts';
import type { RobotDefinition } from '../core/robot-definition.ts';
import { sentence } from './faults.ts';
import { loadSettings, SettingsError } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'posthouse-robots-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const never = (): never => {
  throw new Error('not needed here');
};
const pigeon: PlatformDefinition = {
  name: 'pigeon',
  configSchema: z.strictObject({ loft: z.string() }),
  settings: { loft: { where: { zh: '鸽舍', en: 'loft' } } },
  fromEnv: () => undefined,
  create: never,
};
const parrot: RobotDefinition = {
  name: 'pigeon',
  configSchema: z.strictObject({ webhook: z.string().startsWith('https://') }),
  settings: { webhook: { where: { zh: '鹦鹉', en: 'perch' } } },
  create: never,
};

async function load(yaml: string, env: Record<string, string> = {}) {
  const file = join(folder, 'posthouse.yaml');
  writeFileSync(file, `channels:\n  - platform: pigeon\n    loft: north\n${yaml}`);
  return loadSettings({ env, file, platforms: [pigeon], agents: [], robots: [parrot] });
}

async function faults(yaml: string, env: Record<string, string> = {}): Promise<string[]> {
  const error: unknown = await load(yaml, env).catch((thrown: unknown) => thrown);
  if (error instanceof SettingsError) return error.faults.map((fault) => sentence(fault, 'en'));
  throw new Error('there are no faults');
}

const WEBHOOK = 'webhook: https://example.org/hook?key=not-shown';

describe('robots of the settings', () => {
  it('stand in the file, each with a name, and their address is not shown', async () => {
    const { robots } = await load(`robots:\n  - { platform: pigeon, name: ops, ${WEBHOOK} }\n`);
    expect(robots).toMatchObject([{ name: 'ops', platform: 'pigeon' }]);
    expect(robots.map(({ config }) => config)).toMatchObject([{ webhook: 'https://example.org/hook?key=not-shown' }]);
    expect(JSON.stringify(robots)).not.toContain('not-shown');
  });

  it('need a name that no channel has, and an address that is never repeated in a fault', async () => {
    expect(await faults(`robots:\n  - { platform: pigeon, name: pigeon, ${WEBHOOK} }\n`)).toEqual([
      expect.stringContaining('which a channel is called already'),
    ]);
    expect(await faults(`robots:\n  - { platform: pigeon, ${WEBHOOK} }\n`)).toEqual([expect.stringContaining('name')]);
    const [fault = ''] = await faults('robots:\n  - { platform: pigeon, name: ops, webhook: http://not-shown }\n');
    expect(fault).toContain('robots[0].webhook');
    expect(fault).not.toContain('not-shown');
  });
});

describe('who is told', () => {
  it('is a list in the file, or stands in the environment with commas between', async () => {
    const robot = `robots:\n  - { platform: pigeon, name: ops, ${WEBHOOK} }\n`;
    expect((await load(robot)).alerts).toEqual({ to: [], lang: 'zh', quotaAt: [0.7, 0.9] });
    const { alerts } = await load(robot, { ALERTS_TO: 'robot:ops, pigeon:user:lin', ALERTS_LANG: 'en' });
    expect(alerts).toMatchObject({ to: ['robot:ops', 'pigeon:user:lin'], lang: 'en' });
    expect((await load(`${robot}alerts:\n  to: [person:p-1]\n  quotaAt: [0.5]\n`)).alerts.quotaAt).toEqual([0.5]);
  });

  it('has to be somebody whom something here can write to', async () => {
    expect(await faults('alerts:\n  to: [robot:nobody]\n')).toEqual([expect.stringContaining('names "nobody"')]);
    expect(await faults('', { ALERTS_TO: 'the boss' })).toEqual([expect.stringContaining('robot:NAME')]);
  });
});
