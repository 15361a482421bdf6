import type { PlatformDefinition } from '../core/platform-definition.ts';
import { feishu } from './feishu/index.ts';

/** The one list of platforms. */
export const PLATFORMS = { feishu } as const satisfies Record<string, PlatformDefinition<never>>;

export type PlatformName = keyof typeof PLATFORMS;
