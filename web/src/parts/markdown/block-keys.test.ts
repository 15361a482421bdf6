import { describe, expect, it } from 'vitest';
import { type KeyedBlocks, keyBlocks } from './block-keys.ts';
import { parseMarkdown } from './parse.ts';

function versions(...texts: readonly string[]): readonly (readonly number[])[] {
  let keyed: KeyedBlocks | undefined;
  return texts.map((text) => {
    keyed = keyBlocks(keyed, parseMarkdown(text));
    return keyed.keys;
  });
}

describe('telling the blocks of a text apart', () => {
  it('keeps the last one while it grows', () => {
    expect(versions('one\n\ntw', 'one\n\ntwo', 'one\n\ntwo\n\nthree')).toEqual([
      [0, 1],
      [0, 1],
      [0, 1, 2],
    ]);
  });

  it('keeps what follows thoughts that are taken away at the end, though the last one grows at that moment', () => {
    expect(versions('> thoughts\n\none\n\n```js\nlet a', 'one\n\n```js\nlet a;\n```')).toEqual([
      [0, 1, 2],
      [1, 2],
    ]);
  });

  it('keeps what stands around something that comes between', () => {
    expect(versions('one\n\nthree', 'one\n\n> two\n\nthree')).toEqual([
      [0, 1],
      [0, 2, 1],
    ]);
  });

  it('goes on with nothing where the kind has changed', () => {
    expect(versions('| a |', '| a |\n| --- |\n| 1 |')).toEqual([[0], [1]]);
  });

  it('gives no key twice', () => {
    const all = versions('a\n\na\n\nb', 'a\n\nb\n\na\n\na', 'a\n\na\n\na\n\na\n\nb');
    for (const keys of all) expect(new Set(keys).size).toBe(keys.length);
  });
});
