import { randomBytes } from 'node:crypto';
import { type StoreOptions, withStore } from './dead.ts';
import { readSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

/** Prints a new key in the form of `STORE_KEYS`, named after the day. */
export function newKey(terminal: Terminal, now = new Date()): number {
  const name = `k${now.toISOString().slice(0, 10).replaceAll('-', '')}`;
  terminal.out(`${name}:${randomBytes(32).toString('base64')}`);
  return 0;
}

/** Says how many rows each key has sealed, so that one learns which may go; works beside a running gateway. */
export async function listKeys(terminal: Terminal, options: StoreOptions): Promise<number> {
  const { storeKeys } = await readSettings(terminal, options.config);
  const names = (storeKeys?.reveal() ?? '').split(',').flatMap((entry) => entry.split(':')[0] || []);
  if (names.length === 0) {
    terminal.out(
      terminal.say({
        zh: '没有设置 STORE_KEYS，消息内容以明文存储。用 posthouse keys new 生成一个密钥。',
        en: 'STORE_KEYS is not set, so texts are stored as they are. posthouse keys new makes a key.',
      }),
    );
    return 0;
  }
  return withStore(terminal, options, true, async (store) => {
    for (const [index, name] of names.entries()) {
      const rows = await store.upkeep.rowsSealedUnder(name);
      terminal.out(`${name}  ${rows}  ${terminal.say(index === 0 ? SEALS : rows > 0 ? OPENS : MAY_GO)}`);
    }
    return 0;
  });
}

const SEALS = { zh: '用于加密', en: 'seals' };
const OPENS = { zh: '仍需用于解密', en: 'still opens rows' };
const MAY_GO = { zh: '可以移除', en: 'may be taken out' };
