import type { Ground } from '../store.contract.ts';
export function crashContract(_ground: Ground): void {}
