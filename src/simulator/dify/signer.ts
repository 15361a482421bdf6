import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Chance, secretKey } from './chance.ts';
import { type StandInClock, seconds } from './clock.ts';
import type { DifyStandInOptions } from './options.ts';

/** `FILES_ACCESS_TIMEOUT`: signed addresses live this long. */
export const FILE_URL_LIFE_MS = 300_000;

/** Signs and checks addresses of files; who has one may fetch the file, without a key. */
export class Signer {
  private readonly secret = secretKey();
  private readonly clock: StandInClock;
  private readonly chance: Chance;
  private readonly options: DifyStandInOptions;

  constructor(clock: StandInClock, chance: Chance, options: DifyStandInOptions) {
    this.clock = clock;
    this.chance = chance;
    this.options = options;
  }

  /** @param path - `/files/tools/{id}.png` or `/files/{id}/file-preview`. */
  sign(path: string, req: IncomingMessage): string {
    const timestamp = String(seconds(this.clock.now()));
    const nonce = this.chance.uuid().replaceAll('-', '');
    return `${this.base(req)}${path}?timestamp=${timestamp}&nonce=${nonce}&sign=${this.mark(path, timestamp, nonce)}`;
  }

  isValid(path: string, query: URLSearchParams): boolean {
    const timestamp = query.get('timestamp') ?? '';
    const expected = Buffer.from(this.mark(path, timestamp, query.get('nonce') ?? ''));
    const given = Buffer.from(query.get('sign') ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    return seconds(this.clock.now()) - Number(timestamp) <= FILE_URL_LIFE_MS / 1000;
  }

  private mark(path: string, timestamp: string, nonce: string): string {
    return createHmac('sha256', this.secret).update(`${path}|${timestamp}|${nonce}`).digest('base64url');
  }

  private base(req: IncomingMessage): string {
    const { publicUrl, prefix = '', relativeFiles = false } = this.options;
    if (relativeFiles) return '';
    return publicUrl ?? `http://${req.headers.host ?? '127.0.0.1'}${prefix}`;
  }
}
