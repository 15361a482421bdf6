import type { PlatformKind } from '../simulator/contract.ts';

/** The vendors that can be simulated, in the order in which they are shown. */
export const VENDORS: readonly PlatformKind[] = ['feishu', 'wecom', 'dingtalk'];
