import type { Avatar } from '../../contract.ts';
import { steadyHex } from '../../ids.ts';

/** A group's own robot: whoever has its address may write, if the rules let him. One of the three has to be set. */
export interface GroupRobot {
  /** `access_token` of its address. */
  readonly id: string;
  readonly name: string;
  readonly avatar: Avatar;
  readonly chat: string;
  /** `SEC…`; undefined when it asks for no signature. */
  readonly secret: string | undefined;
  /** A message has to hold one of them, when there are any. */
  readonly keywords: readonly string[];
  readonly ips: ReadonlySet<string> | undefined;
  disabled: boolean;
  bannedUntil: number;
  /** `msgUuid`s that were taken. */
  readonly uuids: Set<string>;
}

export interface GroupRobotOptions {
  readonly chat: string;
  readonly name?: string;
  /** True for a secret of its own. Default: true, unless there are keywords or addresses. */
  readonly sign?: boolean | string;
  readonly keywords?: readonly string[];
  readonly ips?: readonly string[];
}

export function createGroupRobot(options: GroupRobotOptions, index: number): GroupRobot {
  const { chat, name = '群机器人', keywords = [], ips, sign = keywords.length === 0 && ips === undefined } = options;
  const id = steadyHex(64, 'dingtalk-group-robot', chat, String(index));
  const own = `SEC${steadyHex(64, 'dingtalk-group-robot-secret', id)}`;
  return {
    id,
    name,
    chat,
    keywords,
    avatar: { color: '#ff9200', letters: name.slice(0, 1) },
    secret: typeof sign === 'string' ? sign : sign ? own : undefined,
    ips: ips === undefined ? undefined : new Set(ips),
    disabled: false,
    bannedUntil: 0,
    uuids: new Set(),
  };
}
