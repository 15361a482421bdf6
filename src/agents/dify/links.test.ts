import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absoluteLinks, absoluteUrl, LinkStream } from './links.ts';

const HOST = 'https://dify.example/sub';

describe('addresses of files without a host', () => {
  it('get the host of the server that gave them', () =>
    expect(absoluteUrl('/files/tools/a.png?sign=x', HOST)).toBe('https://dify.example/sub/files/tools/a.png?sign=x'));

  it.each(['https://files.example/a.png', '//cdn.example/a.png'])('%s has one and stays', (url) =>
    expect(absoluteUrl(url, HOST)).toBe(url),
  );

  it('are made whole in Markdown and HTML', () =>
    expect(absoluteLinks('![a](/files/a) [b](/files/b) <img src="/files/c"> <a href="/files/d">', HOST)).toBe(
      `![a](${HOST}/files/a) [b](${HOST}/files/b) <img src="${HOST}/files/c"> <a href="${HOST}/files/d">`,
    ));

  it('are left alone where they are no links', () => {
    const text = 'the folder /files/ and [other](/about) and (see /files/a)';
    expect(absoluteLinks(text, HOST)).toBe(text);
  });

  it('are made whole wherever the text is cut', () => {
    const piece = fc.constantFrom(
      '](/files/',
      '](/fil',
      '](',
      ']',
      'src="/files/x"',
      'href="/',
      ' a ',
      '/files/',
      '![x',
      '\n',
    );
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 60 }), (whole, sizes) => {
        const stream = new LinkStream(HOST);
        let at = 0;
        let got = '';
        for (const size of sizes) got += stream.push(whole.slice(at, (at += size)));
        got += stream.push(whole.slice(at)) + stream.end();
        expect(got).toBe(absoluteLinks(whole, HOST));
      }),
    );
  });

  it('hold back no more than the beginning of a link', () => {
    const stream = new LinkStream(HOST);
    expect(stream.push('see [a](')).toBe('see [a');
    expect(stream.push('http://x)')).toBe('](http://x)');
  });
});
