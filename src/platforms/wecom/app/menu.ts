import { toGatewayError } from '../../../core/errors.ts';
import type { PlatformDeps } from '../../../core/platform-definition.ts';
import { asObject, type Json, listAt, textAt } from '../../../lib/read.ts';
import { vendorCodeOf } from '../errors.ts';
import type { AppApi } from './api.ts';

/** A menu has one language for everybody, and three entries at most (D:90231). A key is the word of a command. */
const COMMANDS: readonly Json[] = [
  { type: 'click', name: '新对话', key: 'new' },
  { type: 'click', name: '停止', key: 'stop' },
  { type: 'click', name: '帮助', key: 'help' },
];
export const COMMAND_MENU: Json = { button: COMMANDS };

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
  const entries = listAt(menu, 'button').flatMap((one) => [one, ...listAt(asObject(one) ?? {}, 'sub_button')]);
  const keys = new Set(entries.map((one) => textAt(asObject(one) ?? {}, 'key').replace(/^\//, '')));
  return COMMANDS.map((one) => textAt(one, 'key')).filter((key) => !keys.has(key));
}
