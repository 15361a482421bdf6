import type { ServerResponse } from 'node:http';
import type { World } from './call.ts';
import type { DifyFault } from './faults.ts';
import { edgePage, overQuota, page, type Refusal, refusal, tooManyRequests } from './refusals.ts';

export function sleep(world: World, ms: number): Promise<void> {
  return new Promise((done) => {
    world.clock.after(ms, done);
  });
}

/** Makes the fault that waits for this request; true when there is nothing left to answer. */
export async function struck(
  world: World,
  path: string,
  app: string | undefined,
  res: ServerResponse,
): Promise<boolean> {
  const does = world.faults.strike(path, app, false, world.chance.next);
  if (does === undefined || does.kind === 'scenario') return false;
  if (does.kind === 'hang') return true;
  if (does.kind === 'late') {
    await sleep(world, does.ms);
    return false;
  }
  if (does.kind !== 'disconnect') throw refusalOf(does);
  res.destroy();
  return true;
}

function refusalOf(does: Exclude<DifyFault['does'], { kind: 'hang' | 'disconnect' | 'late' | 'scenario' }>): Refusal {
  switch (does.kind) {
    case 'busy':
      return tooManyRequests('the app', 1);
    case 'quota':
      return overQuota();
    case 'edge':
      return edgePage();
    case 'page':
      return page(does.status);
    case 'error':
      return refusal(does.status, does.code, does.message ?? 'A fault made on purpose.');
  }
}
