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
  if (does.kind === 'lost-head') {
    loseHead(res, does.status);
    return false;
  }
  if (does.kind !== 'disconnect') throw refusalOf(does);
  res.destroy();
  return true;
}

/** Whatever is done for the request: where the head of its answer would be written, the line ends. */
function loseHead(res: ServerResponse, status?: number): void {
  res.writeHead = () => {
    if (status !== undefined) res.socket?.write(`HTTP/1.1 ${status} Bad Gateway\r\nContent-Length: 0\r\n\r\n`);
    res.socket?.destroySoon();
    return res;
  };
}

function refusalOf(
  does: Exclude<DifyFault['does'], { kind: 'hang' | 'disconnect' | 'lost-head' | 'late' | 'scenario' }>,
): Refusal {
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
