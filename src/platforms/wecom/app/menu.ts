import { toGatewayError } from '../../../core/errors.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { asObject, type Json, listAt, textAt } from '../../../lib/read.ts';
import { vendorCodeOf } from '../errors.ts';
import type { AppApi } from './api.ts';

/**
 * A menu has one language for everybody, three entries and five below each (D:90231). A key is the word of a command; commands that make
 * sense in groups only, or are an administrator's, are left out.
 */
const MENU: readonly Json[] = [
  {
    name: '对话',
    sub_button: [
      entry('新对话', 'new'),
      entry('停止回答', 'stop'),
      entry('历史对话', 'sessions'),
      entry('继续上次对话', 'continue'),
      entry('选择智能体', 'agent'),
    ],
  },
  {
    name: '账号',
    sub_button: [
      entry('我的账号', 'whoami'),
      entry('绑定其他平台', 'link'),
      entry('解除绑定', 'unlink'),
      entry('申请权限', 'access'),
      entry('语言 Language', 'lang'),
    ],
  },
  entry('帮助', 'help'),
];
export const COMMAND_MENU: Json = { button: MENU };

function entry(name: string, key: string): Json {
  return { type: 'click', name, key };
}

/** The vendor says so when there is no menu. */
const NO_MENU = new Set([40058, 46003]);
const RETRY_MS = 30_000;

/** Puts the commands into the app's menu, in place of what is there; tries until the vendor takes it, or refuses it for good. */
export async function setMenu(
  api: AppApi,
  { clock, log, channel }: Pick<PlatformDeps, 'clock' | 'log' | 'channel'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await api.setMenu(COMMAND_MENU, { priority: 'update', signal });
      return;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toGatewayError(thrown);
      log.warn('menu not set', { channel, error });
      if (error.failure.retry === 'never') return;
      await clock.sleep(error.retryAfterMs ?? RETRY_MS, signal).catch(() => undefined);
    }
  }
}

/** Which of the commands the app's menu has not. @throws {WecomError} What else the vendor refuses. */
export async function missingCommands(api: AppApi, signal: AbortSignal): Promise<readonly string[]> {
  const menu = await api.menu({ priority: 'final', signal }).catch((error: unknown): Json => {
    if (NO_MENU.has(vendorCodeOf(error) ?? 0)) return {};
    throw error;
  });
  const keys = new Set(keysOf(menu).map((key) => key.replace(/^\//, '')));
  return keysOf(COMMAND_MENU).filter((key) => !keys.has(key));
}

function keysOf(menu: Json): readonly string[] {
  const entries = listAt(menu, 'button').flatMap((one) => [one, ...listAt(asObject(one) ?? {}, 'sub_button')]);
  return entries.map((one) => textAt(asObject(one) ?? {}, 'key')).filter((key) => key !== '');
}
