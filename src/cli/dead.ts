import { storeOptionsOf } from '../app/from-settings.ts';
import type { Settings } from '../config/settings.ts';
import type { Store } from '../core/store.ts';
import { openStore } from '../store/open.ts';
import { explainCodes } from './code-notes.ts';
import { readSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface StoreOptions {
  readonly config?: string;
}

/** Lists what was given up; works beside a running gateway. */
export async function listDead(
  terminal: Terminal,
  options: StoreOptions & { readonly limit: number },
): Promise<number> {
  return withStore(terminal, options, true, async (store) => {
    const letters = await store.upkeep.deadLetters(options.limit);
    if (letters.length === 0) terminal.out(terminal.say({ zh: '没有死信。', en: 'There are no dead letters.' }));
    for (const { box, seq, at, channel, code, attempts } of letters) {
      terminal.out(`${box} ${seq}  ${new Date(at).toISOString()}  ${channel}  ${code}  ×${attempts}`);
    }
    explainCodes(
      terminal,
      letters.map(({ code }) => code),
    );
    const [first] = letters;
    if (first)
      terminal.out(
        terminal.say({
          zh: `原因消除后重新处理：posthouse replay ${first.box} ${first.seq}`,
          en: `When its cause is gone: posthouse replay ${first.box} ${first.seq}`,
        }),
      );
    return 0;
  });
}

/** Puts a dead letter back to work; a running gateway takes it up with its next sweep, else the next start does. */
export async function replay(terminal: Terminal, box: string, number: string, options: StoreOptions): Promise<number> {
  const seq = Number(number);
  if ((box !== 'inbox' && box !== 'outbox') || !Number.isSafeInteger(seq) || seq < 1) {
    terminal.err(
      terminal.say({
        zh: '✘ 用法：posthouse replay inbox 12（或 outbox）；编号见 posthouse dead。',
        en: '✘ Usage: posthouse replay inbox 12 (or outbox); posthouse dead lists the numbers.',
      }),
    );
    return 2;
  }
  return withStore(terminal, options, false, async (store) => {
    const lane = await store.upkeep.replay(box, seq, Date.now());
    if (lane === undefined) {
      terminal.err(
        terminal.say({
          zh: `✘ ${box} 中没有编号为 ${seq} 的死信。`,
          en: `✘ There is no dead letter ${seq} in the ${box}.`,
        }),
      );
      return 1;
    }
    terminal.out(terminal.say({ zh: `✔ ${box} ${seq} 已重新排队。`, en: `✔ ${box} ${seq} is back at work.` }));
    return 0;
  });
}

/** Opens the store for one command, beside a running gateway where there is one. */
export async function withStore(
  terminal: Terminal,
  options: StoreOptions,
  readOnly: boolean,
  work: (store: Store, databaseUrl: string, settings: Settings) => Promise<number>,
): Promise<number> {
  const settings = await readSettings(terminal, options.config);
  const { databaseUrl } = settings;
  const store = await openStore(databaseUrl, { readOnly, ...storeOptionsOf(settings) });
  try {
    return await work(store, databaseUrl, settings);
  } finally {
    await store.close();
  }
}
