import { describe, expect, it } from 'vitest';
import { parsePushTo } from './push-to.ts';

describe('a receiver as an operator writes it', () => {
  it('is a robot, a person, everyone, or somebody by the vendor’s id, colons and all', () => {
    expect(parsePushTo('robot:ops')).toEqual({ kind: 'robot', channel: 'ops', id: '' });
    expect(parsePushTo('person:p-1')).toEqual({ kind: 'person', person: 'p-1' });
    expect(parsePushTo('wecom:all')).toEqual({ kind: 'everyone', channel: 'wecom', id: '' });
    expect(parsePushTo(' dingtalk:chat:cid:a== ')).toEqual({ kind: 'chat', channel: 'dingtalk', id: 'cid:a==' });
  });

  it('is nobody where something is missing or unknown', () => {
    for (const text of ['', 'ops', 'robot:', 'wecom:some', 'wecom:user:', 'wecom:tag:1', ':user:x'])
      expect(parsePushTo(text)).toBeUndefined();
  });
});
