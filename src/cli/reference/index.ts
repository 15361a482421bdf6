import { readFileSync } from 'node:fs';
import { AGENTS } from '../../agents/registry.ts';
import { settingsSchema } from '../../config/json-schema.ts';
import { GatewayError } from '../../core/errors.ts';
import { id } from '../../core/ids.ts';
import { noLog } from '../../core/log.ts';
import type { Platform } from '../../core/platform.ts';
import type { PlatformDefinition } from '../../core/platform-definition.ts';
import { systemClock } from '../../lib/clock.ts';
import { PLATFORMS, type PlatformName } from '../../platforms/registry.ts';
import { ROBOTS } from '../../platforms/robots.ts';
import { capabilityTable, failureTable, metricsPage } from './lists.ts';
import { settingsPage } from './settings-page.ts';
import { between } from './table.ts';

/** Settings that make an adapter of each platform, only to ask it what it can. */
const SAMPLES: Readonly<Record<PlatformName, object>> = {
  feishu: { appId: 'cli_0000000000000000', appSecret: 'sample', encryptKey: 'sample', mode: 'socket' },
  wecom: {
    corpId: 'ww0000000000000000',
    agentId: 1000002,
    secret: 'sample',
    token: 'sample',
    encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  },
  'wecom-bot': { botId: 'aib0000000000', secret: 'sample' },
  'wecom-kf': {
    corpId: 'ww0000000000000000',
    secret: 'sample',
    token: 'sample',
    encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  },
  dingtalk: { clientId: 'ding0000000000', clientSecret: 'sample' },
};

/** Every file that is made from the code, by its path from the root, with its content. */
export function generatedFiles(root: URL): ReadonlyMap<string, string> {
  const platforms = Object.values(PLATFORMS);
  const agents = Object.values(AGENTS);
  const robots = Object.values(ROBOTS);
  const page = (path: string) => readFileSync(new URL(path, root), 'utf8');
  return new Map([
    ['posthouse.schema.json', `${JSON.stringify(settingsSchema(platforms, agents, robots), undefined, 2)}\n`],
    ['docs/settings.md', settingsPage('en', platforms, agents, robots)],
    ['docs/settings.zh.md', settingsPage('zh', platforms, agents, robots)],
    ['docs/metrics.md', metricsPage()],
    ['docs/operations.md', between(page('docs/operations.md'), 'codes', failureTable())],
    ['docs/capabilities.md', capabilitiesPage()],
  ]);
}

function capabilitiesPage(): string {
  return `# What each platform is able to do

Made by \`npm run generate\` from what the adapters say of themselves; do not edit.

${capabilityTable(Object.keys(PLATFORMS).map((name) => sampleOf(name as PlatformName)))}
`;
}

function sampleOf(name: PlatformName): Platform {
  const definition: PlatformDefinition = PLATFORMS[name];
  return definition.create(definition.configSchema.parse(SAMPLES[name]), {
    channel: id(name),
    clock: systemClock,
    log: noLog,
    random: () => 0,
    fetchUrl: () => Promise.reject(new GatewayError('url_forbidden', 'a sample fetches nothing')),
  });
}
