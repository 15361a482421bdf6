import type { Ground } from '../store.contract.ts';
export function orderContract(_ground: Ground): void {}
