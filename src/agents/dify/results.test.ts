import { describe, expect, it } from 'vitest';
import { answerOf, filesIn, readFile } from './results.ts';

const FILE = {
  dify_model_identity: '__dify__file__',
  type: 'image',
  filename: 'a.png',
  url: '/files/tools/a.png',
  transfer_method: 'tool_file',
};
const HOST = 'https://dify.example';

describe('the answer among the outputs of a workflow', () => {
  it.each([
    ['the one with a usual name', { note: 'n', text: 'Yes.' }, 'Yes.'],
    ['the only text', { summary: 'Yes.', score: 3 }, 'Yes.'],
    ['all texts where none stands out', { pro: 'P', contra: 'C' }, 'P\n\nC'],
    ['a number where there is no text', { score: 3 }, '3'],
    ['data as a block of code', { rows: [1] }, '```json\n[\n  1\n]\n```'],
    ['nothing where there are only files', { picture: FILE, more: [FILE] }, ''],
    ['nothing where there is nothing', {}, ''],
  ])('is %s', (_, outputs, answer) => expect(answerOf(outputs, undefined)).toBe(answer));

  it('is what the operator chose', () => {
    expect(answerOf({ text: 'a', summary: 'b' }, 'summary')).toBe('b');
    expect(answerOf({ text: 'a' }, 'summary')).toBe('');
  });
});

describe('files that Dify made', () => {
  it('are found anywhere among the outputs', () =>
    expect(filesIn({ a: { b: [FILE] }, c: 'x', d: null }, HOST)).toEqual([
      { kind: 'image', name: 'a.png', url: `${HOST}/files/tools/a.png` },
    ]));

  it('are named by their address where they have no name', () =>
    expect(
      readFile({ type: 'document', url: 'https://f.example/x/%E6%8A%A5%E5%91%8A.pdf?sign=1' }, HOST),
    ).toMatchObject({ kind: 'file', name: '报告.pdf' }));

  it('are not those that somebody sent, nor those without an address', () => {
    expect(readFile({ url: '/files/x', belongs_to: 'user' }, HOST)).toBeUndefined();
    expect(readFile({ type: 'image' }, HOST)).toBeUndefined();
  });
});
