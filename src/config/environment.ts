import { readFileSync } from 'node:fs';
import type { SettingFault } from './faults.ts';
import { same } from './faults.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** Largest file a setting is read from; a certificate chain has some 10 KB. */
const MAX_SECRET_BYTES = 64 * 1024;

/**
 * The environment with each `NAME_FILE` replaced by `NAME` and the file's content, for the names given (Docker and
 * Kubernetes mount secrets as files). Empty variables count as unset.
 */
export function readEnvironment(env: Env, names: readonly string[]): { env: Env; faults: readonly SettingFault[] } {
  const result: Record<string, string> = {};
  const faults: SettingFault[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== '') result[name] = value;
  }
  for (const name of names) {
    const fileName = `${name}_FILE`;
    const path = result[fileName];
    if (path === undefined) continue;
    if (result[name] !== undefined) {
      faults.push({
        setting: same(fileName),
        text: { zh: `与 ${name} 同时设置，只能保留一个`, en: `is set together with ${name}, keep only one of them` },
      });
      continue;
    }
    const content = readSecretFile(path);
    if (typeof content === 'string') result[name] = content;
    else faults.push({ setting: same(fileName), text: content });
  }
  return { env: result, faults };
}

/** A file's content without its last line break, or why it cannot be had. */
export function readSecretFile(path: string): string | SettingFault['text'] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    return {
      zh: `指向的文件“${path}”无法读取（${code}），应为可读的文件`,
      en: `names the file "${path}", which cannot be read (${code}), expected a readable file`,
    };
  }
  const value = content.replace(/\r?\n$/, '');
  if (value === '') {
    return { zh: `指向的文件“${path}”是空的`, en: `names the file "${path}", which is empty, expected a value in it` };
  }
  if (value.length > MAX_SECRET_BYTES || value.includes('\0')) {
    return {
      zh: `指向的文件“${path}”不像是一个设置值，应为短文本`,
      en: `names the file "${path}", which does not look like a setting, expected a short text`,
    };
  }
  return value;
}
