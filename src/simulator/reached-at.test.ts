import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { reachedAt } from './reached-at.ts';

const LOOPBACK = { address: '127.0.0.1', family: 'IPv4', internal: true } as NetworkInterfaceInfo;
const CONTAINER = { address: '172.18.0.5', family: 'IPv4', internal: false } as NetworkInterfaceInfo;

describe('where the simulator is reached', () => {
  it('is where it listens', () => {
    expect(reachedAt('127.0.0.1', 8790)).toBe('http://127.0.0.1:8790');
    expect(reachedAt('sim.internal', 80)).toBe('http://sim.internal:80');
    expect(reachedAt('::1', 8790)).toBe('http://[::1]:8790');
  });

  it('is the machine’s own address when it listens everywhere', () => {
    const interfaces = { lo: [LOOPBACK], eth0: [CONTAINER] };
    expect(reachedAt('0.0.0.0', 8790, interfaces)).toBe('http://172.18.0.5:8790');
    expect(reachedAt('::', 8790, interfaces)).toBe('http://172.18.0.5:8790');
  });

  it('is this machine where there is no other address', () => {
    expect(reachedAt('0.0.0.0', 8790, { lo: [LOOPBACK] })).toBe('http://127.0.0.1:8790');
  });
});
