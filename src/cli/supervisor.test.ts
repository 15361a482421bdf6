import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { createSupervisor, type SupervisedState, type Supervisor } from './supervisor.ts';

const running: Supervisor[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((supervisor) => supervisor.stop()));
});

/** A process that behaves as a gateway towards its supervisor, and a supervisor for it. */
function supervise(script: string) {
  const states: SupervisedState[] = [];
  let output = '';
  const supervisor = createSupervisor({
    command: process.execPath,
    args: ['-e', script],
    env: process.env,
    cwd: process.cwd(),
    onState: (state) => states.push(state),
    onOutput: (text) => {
      output += text;
    },
  });
  running.push(supervisor);
  return { supervisor, states, output: () => output };
}

const GATEWAY = `
  process.on('disconnect', () => process.exit(0));
  process.on('message', (word) => { if (word === 'stop') { console.log('in good order'); process.exit(0); } });
  console.log('hello from ' + process.pid);
  process.send({ ready: 'http://127.0.0.1:1' });
`;

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a supervised gateway', { timeout: 30_000 }, () => {
  it('is started, and told of when it is ready', async () => {
    const { supervisor, states, output } = supervise(GATEWAY);
    expect(await supervisor.start()).toBe('http://127.0.0.1:1');
    expect(states.map(({ state }) => state)).toEqual(['starting', 'up']);
    await until(() => output().includes(`hello from ${supervisor.state.pid}`));
  });

  it('is started again when it was killed, as often as that happens', async () => {
    const { supervisor, states } = supervise(GATEWAY);
    await supervisor.start();
    for (let times = 1; times <= 3; times += 1) {
      const { pid } = supervisor.state;
      supervisor.kill();
      await until(() => supervisor.state.state === 'up' && supervisor.state.pid !== pid);
      expect(supervisor.state).toMatchObject({ kills: times, url: 'http://127.0.0.1:1' });
      expect(supervisor.state.recoveredMs).toBeGreaterThan(0);
    }
    expect(states.some(({ state }) => state === 'restarting')).toBe(true);
  });

  it('is renewed: what must not be seen is done while none runs, and its kills are forgotten', async () => {
    const { supervisor } = supervise(GATEWAY);
    await supervisor.start();
    supervisor.kill();
    await until(() => supervisor.state.state === 'up');
    const alive: boolean[] = [];
    const pids = [supervisor.state.pid!];
    const renewals = [1, 2].map(() =>
      supervisor.renew(() => {
        alive.push(...pids.map(isAlive));
      }),
    );
    await renewals[0];
    pids.push(supervisor.state.pid!);
    await renewals[1];
    expect(alive.includes(true)).toBe(false);
    expect(supervisor.state).toMatchObject({ state: 'up', kills: 0 });
    expect(new Set([...pids, supervisor.state.pid]).size).toBe(3);
  });

  it('runs again also when what was done meanwhile failed', async () => {
    const { supervisor } = supervise(GATEWAY);
    await supervisor.start();
    const failed = supervisor.renew(() => {
      throw new Error('the disk is full');
    });
    await expect(failed).rejects.toThrow('the disk is full');
    await until(() => supervisor.state.state === 'up');
  });

  it('is stopped in good order and stays stopped', async () => {
    const { supervisor, output } = supervise(GATEWAY);
    await supervisor.start();
    const { pid } = supervisor.state;
    await supervisor.stop();
    expect(output()).toContain('in good order');
    expect(supervisor.state.state).toBe('down');
    expect(() => process.kill(pid!, 0)).toThrow();
  });

  it('is given up when it never becomes ready', async () => {
    const { supervisor, output } = supervise('console.error("no port"); process.exit(1)');
    await expect(supervisor.start()).rejects.toThrow('does not start');
    expect(output()).toContain('no port');
  });

  it('dies with its supervisor', async () => {
    const parent = `
      const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', ${JSON.stringify(GATEWAY)}], { stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
      child.on('message', () => console.log('pid ' + child.pid));
    `;
    const process_ = spawn(process.execPath, ['-e', parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    process_.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    await until(() => /pid \d+/.test(text));
    const pid = Number(/pid (\d+)/.exec(text)?.[1]);
    process_.kill('SIGKILL');
    await once(process_, 'close');
    await until(() => !isAlive(pid));
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
