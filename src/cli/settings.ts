import { AGENTS } from '../agents/registry.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { PLATFORMS } from '../platforms/registry.ts';
import { ROBOTS } from '../platforms/robots.ts';
import type { Terminal } from './terminal.ts';

/**
 * The settings of this machine, with every platform and agent we have.
 * @throws {SettingsError} with all faults.
 */
export function readSettings(terminal: Terminal, file: string | undefined): Promise<Settings> {
  return loadSettings({
    env: terminal.env,
    platforms: Object.values(PLATFORMS),
    agents: Object.values(AGENTS),
    robots: Object.values(ROBOTS),
    ...(file !== undefined && { file }),
  });
}
