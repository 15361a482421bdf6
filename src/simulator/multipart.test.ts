import { describe, expect, it } from 'vitest';
import { readForm } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary=b';
const body = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));

describe('taking a form apart', () => {
  it('keeps every byte of a binary file, and a quote in its name', async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, at) => (at * 7) % 256);
    const sent = new FormData();
    sent.set('user', 'u-1');
    sent.set('file', new Blob([bytes], { type: 'image/png' }), 'a"b.bin');
    const response = new Response(sent);
    const parts = readForm(response.headers.get('content-type') ?? '', Buffer.from(await response.arrayBuffer()));
    expect(parts).toMatchObject([
      { name: 'user', fileName: undefined, mime: undefined, content: Buffer.from('u-1') },
      { name: 'file', fileName: 'a"b.bin', mime: 'image/png' },
    ]);
    expect(new Uint8Array(parts?.[1]?.content ?? [])).toEqual(bytes);
  });

  it('is not misled by a file in which the boundary stands', () => {
    const parts = readForm(TYPE, body('--b', 'Content-Disposition: form-data; name="file"', '', 'x--b', 'y', '--b--'));
    expect(parts?.map(({ content }) => content.toString())).toEqual(['x--b\r\ny']);
  });

  it('tells a name in the extended form from the plain one, and takes boundaries in quotes', () => {
    const head = 'Content-Disposition: form-data; name="file"; filename="?.txt"; filename*=UTF-8\'\'%E4%BD%A0.txt';
    const parts = readForm('multipart/form-data; boundary="b c"', body('--b c', head, '', 'x', '--b c--'));
    expect(parts).toMatchObject([{ fileName: '?.txt', extendedFileName: '你.txt' }]);
  });

  it('gives the parts before the place where a body is cut short', () => {
    const head = (name: string) => `Content-Disposition: form-data; name="${name}"`;
    const parts = readForm(TYPE, body('--b', head('whole'), '', '1', '--b', head('cut'), '', '2'));
    expect(parts?.map(({ name }) => name)).toEqual(['whole']);
  });

  it('passes over what stands before the first border', () => {
    const parts = readForm(
      TYPE,
      body('preamble', '--b', 'Content-Disposition: form-data; name=bare', '', '1', '--b--'),
    );
    expect(parts).toMatchObject([{ name: 'bare', content: Buffer.from('1') }]);
  });

  it('takes nothing else for a form', () => {
    expect(readForm('application/json', Buffer.from('{}'))).toBeUndefined();
    expect(readForm(TYPE, Buffer.from('nonsense'))).toEqual([]);
  });
});
