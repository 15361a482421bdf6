import { createHash } from 'node:crypto';
import { type Json } from '../../../lib/read.ts';
import type { SimClock } from '../../clock.ts';
import { randomHex } from '../../ids.ts';
import { WecomRefusal } from '../errors.ts';
import { text } from '../json.ts';
import type { WecomLimits } from '../limits.ts';
import { MEDIA_TYPES, type Media, type MediaStore, type MediaType } from '../media.ts';

/** Files that come in pieces over the long connection. */
export interface Uploads {
  init(bot: string, body: Json): string;
  chunk(bot: string, body: Json): void;
  finish(bot: string, body: Json): Media;
  clear(): void;
}

interface Upload {
  readonly bot: string;
  readonly type: MediaType;
  readonly name: string;
  readonly size: number;
  readonly chunks: number;
  readonly md5: string;
  readonly expiresAt: number;
  /** By the index it was given: some count from 0, some from 1. */
  readonly pieces: Map<number, Buffer>;
}

export function createUploads(clock: SimClock, limits: WecomLimits, media: MediaStore): Uploads {
  const all = new Map<string, Upload>();
  const find = (bot: string, body: Json): Upload => {
    const upload = all.get(text(body['upload_id']));
    if (upload === undefined || upload.bot !== bot || upload.expiresAt <= clock.now()) {
      throw new WecomRefusal(40058, 'upload_id');
    }
    return upload;
  };
  return {
    init(bot, body) {
      const type = MEDIA_TYPES.find((one) => one === body['type']);
      if (type === undefined) throw new WecomRefusal(40004);
      const [size, chunks] = [Number(body['total_size']), Number(body['total_chunks'])];
      if (!(size > 0) || !(chunks >= 1) || chunks > limits.chunks) throw new WecomRefusal(40058, 'total_chunks');
      const id = randomHex();
      all.set(id, {
        bot,
        type,
        size,
        chunks,
        name: text(body['filename']) || 'file',
        md5: text(body['md5']),
        expiresAt: clock.now() + limits.uploadMs,
        pieces: new Map(),
      });
      return id;
    },
    chunk(bot, body) {
      const upload = find(bot, body);
      const index = Number(body['chunk_index']);
      const piece = Buffer.from(text(body['base64_data']), 'base64');
      if (!Number.isInteger(index) || index < 0 || index > upload.chunks) throw new WecomRefusal(40058, 'chunk_index');
      if (piece.length === 0 || piece.length > limits.chunkBytes) throw new WecomRefusal(40058, 'base64_data');
      upload.pieces.set(index, piece);
    },
    finish(bot, body) {
      const upload = find(bot, body);
      const content = joined(upload);
      if (content.length !== upload.size) throw new WecomRefusal(40058, 'total_size');
      const isWhole = upload.md5 === '' || createHash('md5').update(content).digest('hex') === upload.md5;
      if (!isWhole) throw new WecomRefusal(301019);
      const { type, name } = upload;
      const made = media.upload({ type, name, mime: 'application/octet-stream', content, owner: `bot ${bot}` });
      all.delete(text(body['upload_id']));
      return made;
    },
    clear: () => all.clear(),
  };
}

/** The pieces in order, whichever number the first one has. */
function joined({ pieces, chunks }: Upload): Buffer {
  const indexes = [...pieces.keys()].sort((a, b) => a - b);
  const [first] = indexes;
  const isWhole = indexes.length === chunks && indexes.every((index, place) => index === (first ?? 0) + place);
  if (!isWhole || (first !== 0 && first !== 1)) throw new WecomRefusal(40058, 'chunks are missing');
  return Buffer.concat(indexes.map((index) => pieces.get(index) ?? Buffer.alloc(0)));
}
