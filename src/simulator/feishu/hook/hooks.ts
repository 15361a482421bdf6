import { steadyHex } from '../../ids.ts';
import { createFeishuApp, type FeishuApp } from '../apps.ts';

/** A group's own bot: whoever has its address may write, if the rules let him; it hears nothing. */
export interface HookBot {
  /** The end of its address. */
  readonly token: string;
  readonly chat: string;
  /** Undefined when it asks for no signature. */
  readonly secret: string | undefined;
  /** A message has to hold one of them, when there are any. */
  readonly keywords: readonly string[];
  /** Who speaks in the chat; no app of the tenant's. */
  readonly speaker: FeishuApp;
  /** When it has spoken, the newest last. */
  readonly times: number[];
}

export interface HookOptions {
  readonly chat: string;
  readonly name?: string;
  /** True for a secret of its own. Default: true, unless there are keywords. */
  readonly sign?: boolean;
  readonly keywords?: readonly string[];
}

export function createHook({ chat, name = 'Hook', keywords = [], sign }: HookOptions, index: number): HookBot {
  const token = steadyHex(32, 'feishu-hook', chat, String(index));
  const isSigned = sign ?? keywords.length === 0;
  return {
    token,
    chat,
    keywords,
    secret: isSigned ? steadyHex(22, 'feishu-hook-secret', token) : undefined,
    speaker: createFeishuApp({ name }, HOOKS_FROM + index),
    times: [],
  };
}

/** Apart from the tenant's apps, so that no id is made twice. */
const HOOKS_FROM = 1_000;
