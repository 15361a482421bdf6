import { expect, it } from 'vitest';
import { pushedFile } from './pushed-file.ts';

it.each([
  ['https://example.org/disk.PNG?size=2', undefined, { kind: 'image', name: 'disk.PNG' }],
  ['https://example.org/v.mp4', undefined, { kind: 'video', name: 'v.mp4' }],
  ['https://example.org/v.amr', undefined, { kind: 'audio', name: 'v.amr' }],
  ['https://example.org/%E5%91%A8%E6%8A%A5.pdf#2', undefined, { kind: 'file', name: '周报.pdf' }],
  ['https://example.org/download?id=7', '周报.jpg', { kind: 'image', name: '周报.jpg' }],
  ['https://example.org/', undefined, { kind: 'file', name: 'file' }],
])('a file at %s, called %s, is what its name says', (url, name, expected) => {
  expect(pushedFile(url, name)).toEqual({ ...expected, url });
});
