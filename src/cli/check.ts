import { sentence } from '../config/faults.ts';
import { SettingsError } from '../config/load.ts';
import type { ChannelSettings, Settings } from '../config/settings.ts';
import type { InLanguages } from '../core/lang.ts';
import { lookAtStore } from '../store/look.ts';
import { isPostgres, placeName } from '../store/place.ts';
import { checkOnline } from './check-online.ts';
import { failureText } from './failure.ts';
import { readSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface CheckOptions {
  readonly config?: string;
  readonly online?: boolean;
}

/** Says what is right and what is wrong with the settings, one sentence each; answers the exit code. */
export async function check(terminal: Terminal, options: CheckOptions): Promise<number> {
  let settings: Settings;
  try {
    settings = await readSettings(terminal, options.config);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    for (const fault of error.faults) terminal.out(`✘ ${sentence(fault, terminal.lang)}`);
    for (const text of error.suspects) terminal.out(`! ${terminal.say(text)}`);
    terminal.out(terminal.say(summary(error.faults.length)));
    return 1;
  }
  const amiss = await printSettings(terminal, settings);
  const faults = amiss + (options.online === true ? await checkOnline(terminal, settings) : 0);
  terminal.out(terminal.say(summary(faults)));
  return faults === 0 ? 0 : 1;
}

/** Answers how many faults it found: in what lies on this machine, for nobody else is asked. */
async function printSettings(terminal: Terminal, settings: Settings): Promise<number> {
  const say = (text: InLanguages) => terminal.say(text);
  const source = settings.file ?? say({ zh: '环境变量', en: 'the environment' });
  terminal.out(
    `✔ ${say({ zh: `设置读自${settings.file === undefined ? '' : ' '}${source}`, en: `settings from ${source}` })}`,
  );
  const storeFaults = await printStore(terminal, settings.databaseUrl);
  for (const channel of settings.channels) {
    const { name, platform, agent } = channel;
    const address = webhookOf(channel, settings);
    const way = address === undefined ? { zh: '长连接', en: 'long connection' } : { zh: address, en: address };
    const words = {
      zh: `渠道 ${name}（${platform}）：${way.zh}，由 ${agent} 回答`,
      en: `channel ${name} (${platform}): ${way.en}, answered by ${agent}`,
    };
    terminal.out(`✔ ${say(words)}`);
  }
  for (const { name, kind } of settings.agents) {
    terminal.out(`✔ ${say({ zh: `智能体 ${name}（${kind}）`, en: `agent ${name} (${kind})` })}`);
  }
  for (const warning of settings.warnings) terminal.out(`! ${say(warning)}`);
  return storeFaults;
}

async function printStore(terminal: Terminal, databaseUrl: string): Promise<number> {
  const place = placeName(databaseUrl);
  const store = terminal.say({ zh: `存储 ${place}`, en: `store ${place}` });
  try {
    if (!isPostgres(databaseUrl)) await lookAtStore(databaseUrl);
    terminal.out(`✔ ${store}`);
    return 0;
  } catch (error) {
    terminal.out(`✘ ${store}: ${terminal.say(failureText(error))}`);
    return 1;
  }
}

/** The address to enter at the vendor's; undefined where the gateway calls the vendor instead. */
function webhookOf(channel: ChannelSettings, settings: Settings): string | undefined {
  const { mode } = channel.config as { readonly mode?: unknown };
  if (mode === 'socket' || mode === 'stream') return undefined;
  const alone = settings.channels.filter(({ platform }) => platform === channel.platform).length === 1;
  const base = settings.publicUrl ?? `http://${settings.host}:${settings.port}`;
  return `${base}/webhook/${channel.platform}${alone ? '' : `/${channel.name}`}`;
}

function summary(faults: number): { zh: string; en: string } {
  if (faults === 0) return { zh: '一切就绪。', en: 'All in order.' };
  return { zh: `共 ${faults} 处需要修改。`, en: faults === 1 ? '1 thing to change.' : `${faults} things to change.` };
}
