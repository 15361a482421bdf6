import type { Log } from '../../core/log.ts';
import { type SyncParts, syncDirectory } from './sync.ts';
import { type DirectoryWatch, noDirectoryWatch } from './watch.ts';

const EVERY_MS = 60_000;

export interface ScheduleParts {
  readonly watch: DirectoryWatch;
  readonly sync: SyncParts;
  /** How often each directory is looked through; 0 for never. */
  readonly syncMs: number;
  readonly log: Log;
}

/** Keeps what is known of members up to date: a few of them a minute, and all of a directory when it is due. */
export function startDirectorySchedule({ watch, sync, syncMs, log }: ScheduleParts) {
  const ended = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function step(): Promise<void> {
    try {
      if (await watch.refresh(ended.signal)) sync.changed();
    } catch (error) {
      log.error('directory not refreshed', { error });
    }
    if (syncMs === 0) return;
    for (const channel of sync.platforms.keys()) {
      if (ended.signal.aborted) return;
      try {
        const done = await syncDirectory(channel, syncMs, sync, ended.signal);
        if (done.kind === 'done') log.info('directory looked through', { channel, ...done });
      } catch (error) {
        if (!ended.signal.aborted) log.warn('directory not looked through', { channel, error });
      }
    }
  }

  function next(): void {
    running ??= step().finally(() => {
      running = undefined;
    });
  }

  return {
    start() {
      if (watch === noDirectoryWatch) return;
      timer = setInterval(next, EVERY_MS);
      timer.unref();
      if (syncMs > 0) next();
    },
    async stop() {
      clearInterval(timer);
      ended.abort(new Error('the gateway is stopping'));
      await running;
    },
  };
}
