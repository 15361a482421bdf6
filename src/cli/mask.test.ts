import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type MaskOptions, mask } from './mask.ts';
import { createTerminal } from './terminal.ts';

async function run(pieces: readonly (string | Buffer)[], options: MaskOptions = {}): Promise<string> {
  let written = '';
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const terminal = createTerminal(['node', 'posthouse', '--lang', 'zh'], {});
  expect(await mask(terminal, options, { input: Readable.from(pieces), output })).toBe(0);
  return written;
}

/** What is in use once everything that is not has been thrown away. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('posthouse mask', () => {
  it('masks what it reads, also across the borders of chunks and within a character', async () => {
    const bytes = Buffer.from('电话１３８００１３８０００，邮箱 alice@example.com\n');
    const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    expect(await run(pieces)).toBe('电话１３８****８０００，邮箱 a***@example.com\n');
  });

  it('puts the name of its kind in a value’s place', async () => {
    expect(await run(['13800138000'], { block: true })).toBe('[手机号]');
  });

  it('goes by the privacy part of a settings file, whatever the rest is like', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'posthouse-mask-'));
    const config = join(folder, 'posthouse.yaml');
    writeFileSync(
      config,
      'privacy: { kinds: { email: allow } }\nchannels: [{ platform: feishu, appId: "${NOT_SET}" }]\nport: x\n',
    );
    expect(await run(['a@example.com 13800138000'], { config })).toBe('a@example.com 138****8000');
    writeFileSync(config, 'privacy: { kinds: { email: never } }\n');
    await expect(run(['x'], { config })).rejects.toThrow('privacy.kinds.email');
    rmSync(folder, { recursive: true });
  });

  it('leaves everything else as it is, byte for byte', async () => {
    const text = '订单号：20240615138001380001\r\n\n\t😀 https://example.com/13800138000\u0000 end';
    expect(await run([text])).toBe(text);
    expect(await run([''])).toBe('');
  });

  it('lists kinds and places as JSON, and no value', async () => {
    const text = '一 13800138000\n\n a@example.com 与 京A12345';
    const out = await run([text.slice(0, 5), text.slice(5, 30), text.slice(30)], { detect: true });
    const finds = JSON.parse(out) as { kind: string; line: number; column: number; offset: number; length: number }[];
    expect(finds).toEqual([
      { kind: 'mobile', line: 1, column: 3, offset: 2, length: 11 },
      { kind: 'email', line: 3, column: 2, offset: 16, length: 13 },
      { kind: 'plate', line: 3, column: 18, offset: 32, length: 7 },
    ]);
    for (const { offset, length } of finds) expect(out).not.toContain(text.slice(offset, offset + length));
    expect(JSON.parse(await run(['nothing'], { detect: true }))).toEqual([]);
  });

  it('takes a long input in little memory', async () => {
    const line = '请联系 13800138000 或 alice@example.com，谢谢。\n';
    const chunk = line.repeat(2_000);
    const total = Buffer.byteLength('请联系 138****8000 或 a***@example.com，谢谢。\n') * 400_000;
    const before = liveBytes();
    let length = 0;
    let held = 0;
    const output = new Writable({
      write(piece: Buffer, _encoding, done) {
        const isLate = length < total * 0.9 && length + piece.length >= total * 0.9;
        length += piece.length;
        if (isLate) held = liveBytes() - before;
        done();
      },
    });
    const input = Readable.from(
      (function* () {
        for (let count = 0; count < 200; count++) yield chunk;
      })(),
    );
    await mask(createTerminal([], {}), {}, { input, output });
    expect(length).toBe(total);
    expect(held).toBeLessThan(total / 4);
  }, 30_000);
});
