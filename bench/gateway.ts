import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GatewayProcess, startGatewayProcess } from '../test/support/gateway-process.ts';
import { APP } from './deliveries.ts';

export interface Gateway extends GatewayProcess {
  readonly webhookUrl: string;
}

export interface GatewayOptions {
  /** Where the stand-ins of Feishu and Dify are. */
  readonly farUrl: string;
  /** A folder for its data. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The launcher of a built package. */
  readonly program?: string;
  /** Options of Node's own (`--cpu-prof`). */
  readonly nodeOptions?: readonly string[];
}

/**
 * The vendor's own limits would be all that is measured, so they are lifted, as in a private deployment. Not higher for a
 * chat: each chat's limiter keeps the times of so many calls.
 */
const SETTINGS = `
channels:
  - platform: feishu
    limits: { perSecond: 100000, perMinute: 6000000, perChatPerSecond: 100 }
`;

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { farUrl, folder, env = {} } = options;
  const settings = join(folder, 'posthouse.yaml');
  writeFileSync(settings, SETTINGS);
  const gateway = await startGatewayProcess({
    ...options,
    env: {
      POSTHOUSE_CONFIG: settings,
      FEISHU_APP_ID: APP.appId,
      FEISHU_APP_SECRET: APP.appSecret,
      FEISHU_ENCRYPT_KEY: APP.encryptKey,
      FEISHU_VERIFICATION_TOKEN: APP.verificationToken,
      FEISHU_BASE_URL: farUrl,
      DIFY_BASE_URL: `${farUrl}/v1`,
      DIFY_API_KEY: 'app-bench',
      DIFY_MAX_CONCURRENT: '2000',
      ...env,
    },
  });
  return { ...gateway, webhookUrl: `${gateway.url}/webhook/feishu` };
}
