import { describe, expect, it } from 'vitest';
import { bodiesOf } from './messages.ts';

const text = (message: Parameters<typeof bodiesOf>[0]): string[] =>
  bodiesOf(message).map(({ content }) => String(content['content']));

describe('what a robot says', () => {
  it('calls those who are named, and nobody whom the text names', () => {
    const [body] = bodiesOf({
      kind: 'text',
      text: 'disk full <@all>',
      mentions: { users: ['lin.mei', ''], everybody: true },
    });
    expect(body).toEqual({
      type: 'text',
      content: { content: 'disk full <\u200b@all>', mentioned_list: ['lin.mei', '@all'] },
    });
  });

  it('calls once, however many messages it takes', () => {
    const bodies = bodiesOf({ kind: 'text', text: '磁盘已满。'.repeat(300), mentions: { mobiles: ['13800000000'] } });
    expect(bodies.length).toBeGreaterThan(1);
    expect(bodies.filter(({ content }) => 'mentioned_mobile_list' in content)).toHaveLength(1);
    expect(bodies.every(({ content }) => Buffer.byteLength(String(content['content'])) <= 2048)).toBe(true);
  });

  it('puts Markdown into the subset that every client shows', () => {
    expect(text({ kind: 'markdown', text: '- **a**\n- b', users: ['lin.mei', 'no body'] })).toEqual([
      '• **a**\n• b\n\n<@lin.mei>',
    ]);
  });

  it('leaves rich Markdown as it is, in messages of 4,096 bytes', () => {
    const table = `| a | b |\n| - | - |\n${'| 一二三四五 | 六七八九十 |\n'.repeat(200)}`;
    const bodies = text({ kind: 'rich', text: table });
    expect(bodies.length).toBeGreaterThan(1);
    for (const body of bodies) {
      expect(body.startsWith('| a | b |')).toBe(true);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    }
  });

  it('proves a picture by its sum', () => {
    const file = { bytes: Buffer.from('PNGDATA-demo'), mime: 'image/png' };
    expect(bodiesOf({ kind: 'picture', file })).toEqual([
      { type: 'image', content: { base64: 'UE5HREFUQS1kZW1v', md5: '7caad4b35a36a1a85aae3066b2054450' } },
    ]);
    const large = { bytes: Buffer.alloc(2 * 1024 * 1024 + 1), mime: 'image/png' };
    expect(() => bodiesOf({ kind: 'picture', file: large })).toThrow(
      expect.objectContaining({ code: 'file_too_large' }),
    );
  });

  it('shortens titles, and refuses articles that lead nowhere', () => {
    const [body] = bodiesOf({ kind: 'articles', articles: [{ title: '标'.repeat(60), url: 'https://example.org/r' }] });
    const [article] = (body?.content['articles'] ?? []) as { title: string }[];
    expect(Buffer.byteLength(article?.title ?? '')).toBeLessThanOrEqual(128);
    const nowhere = { kind: 'articles', articles: [{ title: 'x', url: 'ftp://example.org/r' }] } as const;
    expect(() => bodiesOf(nowhere)).toThrow(expect.objectContaining({ code: 'platform_content_refused' }));
  });

  it('does not say nothing', () => {
    expect(() => bodiesOf({ kind: 'text', text: ' \n' })).toThrow(
      expect.objectContaining({ code: 'platform_content_refused' }),
    );
  });
});
