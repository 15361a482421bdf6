import { inspect } from 'node:util';

const HIDDEN = '***';

/** A value that no log, no JSON and no error message shows by accident; whoever needs it has to ask for it by name. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }

  [inspect.custom](): string {
    return HIDDEN;
  }
}

/** Whether a setting's name says that its value is nobody's business (`appSecret`, `FEISHU_ENCRYPT_KEY`; a robot's `webhook` holds its token). */
export function isSecretName(name: string): boolean {
  return /secret|token|key|password|^webhook$/i.test(name);
}

/**
 * Gives settings that are made elsewhere (a platform's, an agent's) the same discretion: the object stays as it is, but JSON
 * and `inspect` show `***` where a name says secret.
 */
export function conceal<Config>(config: Config): Config {
  if (typeof config !== 'object' || config === null) return config;
  const shown = (): unknown => masked(config);
  Object.defineProperty(config, 'toJSON', { value: shown, enumerable: false });
  Object.defineProperty(config, inspect.custom, { value: shown, enumerable: false });
  return config;
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, isSecretName(name) ? HIDDEN : masked(part)]),
  );
}
