import { readFileSync } from 'node:fs';
import type { InLanguages, Lang } from '../core/lang.ts';

/** Whoever typed the command: her language, and where she reads. */
export interface Terminal {
  readonly lang: Lang;
  readonly env: Readonly<Record<string, string | undefined>>;
  out(line: string): void;
  err(line: string): void;
  say(text: InLanguages): string;
}

/** The terminal of this process; `--lang` in the arguments is looked for before they are parsed, as help needs it. */
export function createTerminal(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Terminal {
  const lang = langOf(argv, env);
  return {
    lang,
    env,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    say: (text) => text[lang],
  };
}

function langOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Lang {
  const index = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const word = argv[index];
  const asked = word === '--lang' ? argv[index + 1] : word?.slice('--lang='.length);
  const text = asked || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return /^zh/i.test(text) ? 'zh' : 'en';
}

/** The version of this package. */
export function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { version: string }).version);
}
