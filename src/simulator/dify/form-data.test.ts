import { describe, expect, it } from 'vitest';
import { readFormData } from './form-data.ts';

const TYPE = 'multipart/form-data; boundary=b';
const body = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'));

describe('reading a form', () => {
  it('tells fields from files', () => {
    const form = readFormData(
      TYPE,
      body(
        '--b',
        'Content-Disposition: form-data; name="user"',
        '',
        'u-1',
        '--b',
        'Content-Disposition: form-data; name="file"; filename="年 假.txt"',
        'Content-Type: text/plain',
        '',
        'a\r\nb',
        '--b--',
        '',
      ),
    );
    expect(form?.fields).toEqual({ user: 'u-1' });
    expect(form?.files).toMatchObject([{ field: 'file', name: '年 假.txt', mime: 'text/plain' }]);
    expect(form?.files[0]?.bytes.toString()).toBe('a\r\nb');
  });

  it('reads names in the extended form', () => {
    const part = body(
      '--b',
      'Content-Disposition: form-data; name="file"; filename*=UTF-8\'\'%E4%BD%A0.txt',
      '',
      'x',
      '--b--',
    );
    expect(readFormData(TYPE, part)?.files[0]?.name).toBe('你.txt');
  });

  it('takes nothing else for a form', () => {
    expect(readFormData('application/json', Buffer.from('{}'))).toBeUndefined();
  });
});
