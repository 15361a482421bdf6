import { sentence } from '../config/faults.ts';
import { SettingsError } from '../config/load.ts';
import { GatewayError, WordedError } from '../core/errors.ts';
import type { InLanguages } from '../core/lang.ts';
import { FAILURE_NOTES } from '../http/failure-list.ts';
import type { Terminal } from './terminal.ts';

/** Says on the terminal why a command could not be done: sentences with what to do, never a stack trace. */
export function printFailure(terminal: Terminal, error: unknown): void {
  if (error instanceof SettingsError) {
    for (const fault of error.faults) terminal.err(`✘ ${sentence(fault, terminal.lang)}`);
    for (const text of error.suspects) terminal.err(`! ${terminal.say(text)}`);
    terminal.err(terminal.say(SEE_SETTINGS));
    return;
  }
  terminal.err(`✘ ${terminal.say(failureText(error))}`);
}

const SEE_SETTINGS: InLanguages = {
  zh: '所有设置见 docs/settings.zh.md；改好后运行 posthouse check 检查。',
  en: 'All settings stand in docs/settings.md; run posthouse check after changing them.',
};

/** Why something could not be done, in one sentence. */
export function failureText(error: unknown): InLanguages {
  if (error instanceof GatewayError) return gatewayFailure(error);
  const { code, message } = systemError(error);
  if (code === 'EADDRINUSE') {
    const port = portOf(error);
    return {
      zh: `端口${port && ` ${port} `}已被别的程序占用；请停止它，或换一个：网关用 PORT，demo 和 simulate 用 --port。`,
      en: `Port${port && ` ${port}`} is taken by another program; stop that one, or choose another: PORT for the gateway, --port for demo and simulate.`,
    };
  }
  if (code === 'EACCES') {
    return {
      zh: '没有权限打开这个端口；请用 1024 以上的 PORT。',
      en: 'This user may not open the port; choose a PORT above 1024.',
    };
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return {
      zh: 'HOST 不是本机的地址；请用 127.0.0.1、0.0.0.0 或本机的地址。',
      en: 'HOST is no address of this machine; use 127.0.0.1, 0.0.0.0 or one of its own.',
    };
  }
  return { zh: `出现未预料的错误：${message}`, en: `Something unforeseen happened: ${message}` };
}

function gatewayFailure(error: GatewayError): InLanguages {
  if (error.code === 'store_locked') {
    return {
      zh: '另一个网关正在使用这个存储（DATABASE_URL）；请先停止它，或换一个存储文件。',
      en: 'Another gateway works on this store (DATABASE_URL); stop it first, or name another file.',
    };
  }
  if (error.code === 'store_unavailable' && error.details['server'] !== undefined) {
    return {
      zh: `存储打不开（DATABASE_URL）：${error.message}；请检查地址、数据库是否在运行，以及本机能否访问它。`,
      en: `The store cannot be opened (DATABASE_URL): ${error.message}; check the address, that it runs, and that this machine may connect to it.`,
    };
  }
  if (error.code === 'store_unavailable') {
    return {
      zh: `存储打不开（DATABASE_URL）：${error.message}；请检查路径、权限和磁盘空间。`,
      en: `The store cannot be opened (DATABASE_URL): ${error.message}; check its path, its rights and the disk.`,
    };
  }
  const { code, message } = error;
  if (error instanceof WordedError) return { zh: `${error.words.zh}（${code}）`, en: `${error.words.en} (${code})` };
  // Its words are for the log; what it means stands in the table of codes.
  return { zh: `${FAILURE_NOTES[code].zh}（${code}：${message}）`, en: `${message} (${code})` };
}

function portOf(error: unknown): string {
  return error instanceof Error && 'port' in error ? String(error.port) : '';
}

function systemError(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message };
}
