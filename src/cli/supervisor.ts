import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ReadyMessage, StopMessage } from './start.ts';

/**
 * A supervised gateway is always in one of these states.
 * - down: not started yet, or stopped for good.
 * - starting: the process runs and is not ready. Left by ready, or by its death (starting again).
 * - up: ready. Left by its death (restarting) or by `stop` (down).
 * - restarting: was up and died; runs again and is not ready yet.
 */
export interface SupervisedState {
  readonly state: 'down' | 'starting' | 'up' | 'restarting';
  /** Epoch milliseconds. */
  readonly since: number;
  readonly pid?: number;
  readonly url?: string;
  /** How often `kill` was asked for. */
  readonly kills: number;
  /** From the last death to ready again. */
  readonly recoveredMs?: number;
}

export interface SupervisorOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly onState: (state: SupervisedState) => void;
  /** What the process writes, on either stream. */
  readonly onOutput: (text: string) => void;
}

export interface Supervisor {
  /** Resolves with the gateway's address; rejects when it keeps dying before it is ready. */
  start(): Promise<string>;
  /** Ends the process at once (SIGKILL); it is started again. */
  kill(): void;
  /**
   * Ends the process at once, lets `between` be done while none runs, and begins anew; resolves when it is ready again.
   * @throws What `between` throws, and when it does not become ready.
   */
  renew(between: () => void | Promise<void>): Promise<void>;
  /** Stops it in good order and for good. */
  stop(): Promise<void>;
  readonly state: SupervisedState;
}

/** Deaths before the first ready that are taken for bad luck. */
const MAX_STILLBORN = 3;
const RESTART_PAUSE_MS = 50;
/** After this a process that was asked to stop is killed. */
const STOP_MS = 5_000;

/** Keeps one gateway process running, and starts it again whenever it dies. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  let ready = Promise.withResolvers<string>();
  let child: ChildProcess | undefined;
  let stopping = false;
  /** Something is done meanwhile that no process may see. */
  let renewing = false;
  let renewals: Promise<unknown> = Promise.resolve();
  let stillborn = 0;
  /** We killed it ourselves; that is no bad luck. */
  let killed = false;
  let diedAt: number | undefined;
  let restart: NodeJS.Timeout | undefined;
  let state: SupervisedState = { state: 'down', since: Date.now(), kills: 0 };

  function change(next: Partial<SupervisedState>): void {
    state = { ...state, since: Date.now(), ...next };
    options.onState(state);
  }

  function run(): void {
    const born = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = born;
    change({
      state: diedAt === undefined ? 'starting' : 'restarting',
      ...(born.pid !== undefined && { pid: born.pid }),
    });
    for (const stream of [born.stdout, born.stderr])
      stream?.on('data', (chunk: Buffer) => options.onOutput(chunk.toString()));
    born.on('message', (message) => onReady(message as ReadyMessage));
    born.on('error', (error) => options.onOutput(`${error.message}\n`));
    born.once('close', onDeath);
  }

  function onReady(message: ReadyMessage): void {
    stillborn = 0;
    const recoveredMs = diedAt === undefined ? undefined : Math.round(performance.now() - diedAt);
    change({ state: 'up', url: message.ready, ...(recoveredMs !== undefined && { recoveredMs }) });
    ready.resolve(message.ready);
  }

  function onDeath(): void {
    if (stopping || renewing) return;
    if (state.state === 'up' || killed) diedAt = performance.now();
    else stillborn += 1;
    killed = false;
    if (stillborn >= MAX_STILLBORN) {
      change({ state: 'down' });
      ready.reject(new Error('the gateway does not start'));
      return;
    }
    change({ state: diedAt === undefined ? 'starting' : 'restarting' });
    restart = setTimeout(
      () => {
        if (!stopping) run();
      },
      RESTART_PAUSE_MS * 4 ** stillborn,
    );
  }

  async function renew(between: () => void | Promise<void>): Promise<void> {
    renewing = true;
    clearTimeout(restart);
    try {
      if (child !== undefined) await destroy(child);
      await between();
    } finally {
      renewing = false;
      ready = Promise.withResolvers();
      // Whoever renews is told below; nobody else waits for it.
      ready.promise.catch(() => undefined);
      diedAt = undefined;
      killed = false;
      stillborn = 0;
      state = { state: 'down', since: Date.now(), kills: 0 };
      if (!stopping) run();
    }
    if (!stopping) await ready.promise;
  }

  return {
    get state() {
      return state;
    },
    start() {
      run();
      return ready.promise;
    },
    kill() {
      if (child?.kill('SIGKILL') !== true) return;
      killed = true;
      change({ state: 'restarting', kills: state.kills + 1 });
    },
    renew(between) {
      const renewed = renewals.then(() => renew(between));
      renewals = renewed.catch(() => undefined);
      return renewed;
    },
    async stop() {
      stopping = true;
      if (child !== undefined) await end(child);
      change({ state: 'down' });
    },
  };
}

async function destroy(child: ChildProcess): Promise<void> {
  if (isOver(child)) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}

async function end(child: ChildProcess): Promise<void> {
  if (isOver(child)) return;
  const closed = once(child, 'close');
  // A message, not a signal: a terminal's Ctrl-C reaches the child too, and a second signal would mean "at once".
  if (child.connected) child.send('stop' satisfies StopMessage);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await closed;
  clearTimeout(timer);
}
