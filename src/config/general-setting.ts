import type { InLanguages } from '../core/lang.ts';

/** A setting that belongs to no platform and no agent, as an operator meets it. */
export interface GeneralSetting {
  /** The environment variable; absent where only the settings file does it. */
  readonly env?: string;
  /** What a text from the environment is read as. */
  readonly kind: 'text' | 'number' | 'boolean' | 'list';
  readonly help: InLanguages;
}
