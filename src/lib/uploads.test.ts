import { describe, expect, it } from 'vitest';
import { Uploads } from './uploads.ts';

const { signal } = new AbortController();

function started(upload: (url: string) => Promise<string>) {
  const brought: string[] = [];
  const failures: unknown[] = [];
  const uploads = new Uploads({
    addressesIn: (text) => text.split(' '),
    upload(url) {
      brought.push(url);
      return upload(url);
    },
    failed: (error) => failures.push(error),
  });
  return { uploads, brought, failures };
}

describe('what a text points to', () => {
  it('is brought once, also for two texts at once', async () => {
    const { uploads, brought } = started(async (url) => `id-of-${url}`);
    await Promise.all([uploads.prepare('a b', signal), uploads.prepare('b c', signal)]);
    await uploads.prepare('a c', signal);
    expect(brought.toSorted()).toEqual(['a', 'b', 'c']);
    expect([uploads.idOf('a'), uploads.idOf('d')]).toEqual(['id-of-a', undefined]);
  });

  it('has no id where it could not be brought, and is not tried again at once', async () => {
    const { uploads, brought, failures } = started(() => Promise.reject(new Error('gone')));
    await uploads.prepare('a', signal);
    await uploads.prepare('a', signal);
    expect([uploads.idOf('a'), brought, failures.length]).toEqual([undefined, ['a'], 1]);
  });

  it('is left alone where it is too much', async () => {
    const { uploads, brought } = started(async (url) => url);
    await uploads.prepare('1 2 3 4 5 6 7 8 9 10', signal);
    expect(brought).toHaveLength(9);
  });
});
