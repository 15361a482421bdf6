import { expect, it } from 'vitest';
import { GrowingText } from './growing-text.ts';

it('is what its pieces are together, whenever it is read', () => {
  const text = new GrowingText();
  let expected = '';
  for (let count = 0; count < 500; count += 1) {
    const piece = count % 7 === 0 ? '' : `字${count} `;
    text.push(piece);
    expected += piece;
    expect(text.length).toBe(expected.length);
    if (count % 50 === 0) expect(text.value).toBe(expected);
  }
  expect(text.value).toBe(expected);
});

it('begins anew with another text', () => {
  const text = new GrowingText();
  text.push('one');
  text.value = 'two';
  expect(text.value).toBe('two');
  expect(text.length).toBe(3);
  text.push(' three');
  text.push('');
  expect(text.value).toBe('two three');
  text.value = '';
  expect(text.length).toBe(0);
});
