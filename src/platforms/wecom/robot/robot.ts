import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { RateLimiter, windowOf } from '../../../lib/rate-limiter.ts';
import { type Json, textAt } from '../../../lib/read.ts';
import { type ApiCall, WecomClient } from '../client.ts';
import { PER_MINUTE } from './limits.ts';
import { bodiesOf, type RobotBody, type RobotFile, type RobotMessage } from './messages.ts';

export interface GroupRobotConfig {
  /** What stands behind `key=` in the webhook's address; whoever has it may write into the group. */
  readonly key: string;
  /** Without a slash at the end. */
  readonly baseUrl: string;
}

const API = { send: 'webhook.send', upload: 'webhook.upload_media' } as const;

/**
 * The robot of a group (群机器人, now 消息推送): it speaks and hears nothing.
 *
 * The vendor knows no key by which a message sent twice is shown once, so a message in doubt is the caller's to decide.
 *
 * @see https://developer.work.weixin.qq.com/document/path/99110
 */
export class GroupRobot {
  readonly #client: WecomClient;
  readonly #key: string;
  readonly #rate: RateLimiter;

  constructor(
    config: GroupRobotConfig,
    deps: Pick<PlatformDeps, 'clock' | 'proxy' | 'noProxy' | 'onCall' | 'countTogether'>,
  ) {
    this.#client = new WecomClient({ baseUrl: config.baseUrl }, deps);
    this.#key = config.key;
    this.#rate = new RateLimiter([windowOf(PER_MINUTE, 60_000)], deps.clock, deps.countTogether?.('robot'));
  }

  /**
   * Says something in the group, in as many messages as it needs.
   *
   * @throws {GatewayError} `platform_throttled` when the next minute has to be waited for, `platform_target_gone` when the
   *   robot was taken out of its group, `platform_content_refused`, `file_too_large`.
   */
  async send(message: RobotMessage, signal: AbortSignal): Promise<void> {
    for (const body of await this.#bodies(message, signal)) {
      await this.#call(API.send, 'webhook/send', signal, { body: { msgtype: body.type, [body.type]: body.content } });
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #bodies(message: RobotMessage, signal: AbortSignal): Promise<readonly RobotBody[]> {
    if (!isFile(message)) return bodiesOf(message);
    const { kind, name, file } = message;
    const form = [{ name: 'media', fileName: name, mime: file.mime, bytes: file.bytes }];
    const answer = await this.#call(API.upload, 'webhook/upload_media', signal, { form, query: { type: kind } });
    return [{ type: kind, content: { media_id: textAt(answer, 'media_id') } }];
  }

  #call(api: string, path: string, signal: AbortSignal, more: Pick<ApiCall, 'body' | 'form' | 'query'>): Promise<Json> {
    const call = { ...more, api, path, signal, query: { key: this.#key, ...more.query } };
    const counted = api === API.send ? { rate: this.#rate } : {};
    return this.#client.callOpen({ ...call, ...counted, method: 'POST', priority: 'final' });
  }
}

function isFile(message: RobotMessage): message is RobotFile {
  return message.kind === 'file' || message.kind === 'voice';
}
