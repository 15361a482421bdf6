import type { ComponentType } from 'react';
import { later } from '../parts/later.tsx';
import { FeishuWindow } from './feishu/window.tsx';
import type { Seat } from './seat.tsx';
import type { SeatedPlatform } from './seat-kinds.ts';

/** The client of each platform, one line a platform. What is not seen first comes in a file of its own (`later`). */
export const CLIENTS: Readonly<Record<SeatedPlatform, ComponentType<{ readonly seat: Seat }>>> = {
  feishu: FeishuWindow,
  wecom: later(() => import('./wecom/window.tsx'), 8),
  dingtalk: later(() => import('./dingtalk/window.tsx'), 9),
};
