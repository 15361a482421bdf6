import type { FileContent } from '../../../core/agent.ts';
import type { ReplyAddress } from '../../../core/event.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { type Priority, RateLimiter, windowOf } from '../../../lib/rate-limiter.ts';
import type { RateLimiters } from '../../../lib/rate-limiters.ts';
import { type Json, textAt } from '../../../lib/read.ts';
import type { MediaType } from '../media-type.ts';
import { subjectRates, takeTurn } from '../rates.ts';
import type { WecomBotConfig } from './config.ts';
import { CHUNK_BYTES, UPLOADS_PER_HOUR, UPLOADS_PER_MINUTE } from './limits.ts';
import type { LinkCall } from './socket.ts';

export interface CallOptions {
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

/** Whatever carries our frames to the vendor and brings its answers. */
export interface Link {
  call(call: LinkCall): Promise<Json>;
}

/**
 * What we ask of the vendor over the long connection, one function a command; messages keep within the chat's own limit.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101463
 */
export class BotApi {
  readonly #link: Link;
  readonly #chats: RateLimiters;
  readonly #uploads: RateLimiter;

  constructor(
    link: Link,
    { limits }: Pick<WecomBotConfig, 'limits'>,
    deps: Pick<PlatformDeps, 'clock' | 'countTogether'>,
  ) {
    this.#link = link;
    this.#chats = subjectRates(windows(limits.perMinute, limits.perHour), deps.clock, (chat) =>
      deps.countTogether?.(`chat ${chat}`),
    );
    this.#uploads = new RateLimiter(
      windows(UPLOADS_PER_MINUTE, UPLOADS_PER_HOUR),
      deps.clock,
      deps.countTogether?.('uploads'),
    );
  }

  /** One frame of a stream that answers a message. @param call.counts - It opens the stream, and so is a new message. */
  async stream(to: ReplyAddress, stream: Json, call: CallOptions & { readonly counts: boolean }): Promise<void> {
    if (call.counts) await this.#turn('aibot_respond_msg', to, call);
    const body = { msgtype: 'stream', stream };
    await this.#link.call({ cmd: 'aibot_respond_msg', reqId: to.handle?.['req'] ?? '', body, signal: call.signal });
  }

  /** A message that answers nothing the vendor knows of. */
  push(to: ReplyAddress, markdown: Json, call: CallOptions): Promise<void> {
    return this.#send(to, { msgtype: 'markdown', markdown }, call);
  }

  card(to: ReplyAddress, card: Json, call: CallOptions): Promise<void> {
    return this.#send(to, { msgtype: 'template_card', template_card: card }, call);
  }

  file(to: ReplyAddress, type: MediaType, mediaId: string, call: CallOptions): Promise<void> {
    return this.#send(to, { msgtype: type, [type]: { media_id: mediaId } }, call);
  }

  /** Answers an opened chat. */
  async greet(to: ReplyAddress, body: Json, signal: AbortSignal): Promise<void> {
    await this.#link.call({ cmd: 'aibot_respond_welcome_msg', reqId: to.handle?.['greet'] ?? '', body, signal });
  }

  /** Sends a file up in pieces; answers the id by which messages name it, for three days. */
  async upload(type: MediaType, name: string, { bytes }: FileContent, signal: AbortSignal): Promise<string> {
    await takeTurn(this.#uploads, { api: 'aibot_upload_media_init', priority: 'final', signal });
    const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
    const about = { type, filename: name, total_size: bytes.length, total_chunks: chunks };
    const begun = await this.#link.call({ cmd: 'aibot_upload_media_init', body: about, signal });
    const upload = textAt(begun, 'upload_id');
    for (let index = 0; index < chunks; index += 1) {
      const piece = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
      const body = { upload_id: upload, chunk_index: index, base64_data: Buffer.from(piece).toString('base64') };
      await this.#link.call({ cmd: 'aibot_upload_media_chunk', body, signal });
    }
    const done = await this.#link.call({ cmd: 'aibot_upload_media_finish', body: { upload_id: upload }, signal });
    return textAt(done, 'media_id');
  }

  async #send(to: ReplyAddress, message: Json, call: CallOptions): Promise<void> {
    await this.#turn('aibot_send_msg', to, call);
    const body = { chatid: to.chat, chat_type: to.kind === 'direct' ? 1 : 2, ...message };
    await this.#link.call({ cmd: 'aibot_send_msg', body, signal: call.signal });
  }

  #turn(api: string, to: ReplyAddress, call: CallOptions): Promise<void> {
    return takeTurn(this.#chats.of(to.chat), { api, ...call });
  }
}

function windows(perMinute: number, perHour: number) {
  return [windowOf(perMinute, 60_000), windowOf(perHour, 3_600_000)];
}
