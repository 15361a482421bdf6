import type { AnySimAction, SimActionResult } from '../../../src/simulator/contract.ts';
import { postAction } from './client.ts';
import { keyOf } from './state.ts';
import { current, subscribe } from './store.ts';

/** Longest wait for what was written to come back on the live stream. */
const PATIENCE_MS = 10_000;

/**
 * Does what a person does in her client; a refusal by the vendor comes as a result, not as a throw.
 *
 * The answer and the live stream come on two connections: resolves when what was written is on the page, so that whoever looks
 * for the last message next does not find the one before.
 */
export async function act(action: AnySimAction): Promise<SimActionResult> {
  const result = await postAction(action);
  if (result.ok && result.message !== undefined) await shown(keyOf(action.platform, result.message));
  return result;
}

function shown(key: string): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(leave, PATIENCE_MS);
    const leaveStore = subscribe(look);
    function look(): void {
      if (current().sim?.messages.has(key) === true) leave();
    }
    function leave(): void {
      clearTimeout(timer);
      leaveStore();
      resolve();
    }
    look();
  });
}
