import type { SettingHelp } from './platform-definition.ts';

/** The settings that the environment gives, by their names; what is empty is not given. */
export function settingsFromEnv(
  settings: Readonly<Record<string, SettingHelp>>,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, { env: variable }] of Object.entries(settings)) {
    const value = variable === undefined ? undefined : env[variable];
    if (value !== undefined && value !== '') found[name] = value;
  }
  return found;
}
