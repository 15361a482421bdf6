import { describe, expect, it, vi } from 'vitest';
import { FrameGate, type Leave } from './frame-gate.ts';

/** Enters, and notes when the turn has come. */
function enter(gate: FrameGate, name: string, came: string[]) {
  const turn = gate.enter();
  const leave = turn.come.then((given) => {
    if (given) came.push(name);
    return given;
  });
  return { leave, cancel: () => turn.cancel() };
}

/** Long enough for a place to be given on, also when the machine was busy for a moment. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 60));

describe('the gate before frames that will be replaced', () => {
  it('lets no more through at once than it has places, in their order', async () => {
    const gate = new FrameGate(2);
    const came: string[] = [];
    const [first] = ['a', 'b', 'c', 'd'].map((name) => enter(gate, name, came));
    await settle();
    expect(came).toEqual(['a', 'b']);
    const leave = await first?.leave;
    leave?.();
    await settle();
    expect(came).toEqual(['a', 'b', 'c']);
  });

  it('passes over whoever has left the line', async () => {
    const gate = new FrameGate(1);
    const came: string[] = [];
    const [first, second] = ['a', 'b', 'c'].map((name) => enter(gate, name, came));
    second?.cancel();
    expect(await second?.leave).toBeUndefined();
    const leave = await first?.leave;
    leave?.();
    await settle();
    expect(came).toEqual(['a', 'c']);
  });

  it('lets nobody through at once after a moment in which the process did not keep up', async () => {
    const gate = new FrameGate(1);
    const came: string[] = [];
    const first = enter(gate, 'a', came);
    enter(gate, 'b', came);
    ((await first.leave) as Leave)();
    const until = performance.now() + 20;
    while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve));
    expect(came).toEqual(['a']);
    await vi.waitFor(() => expect(came).toEqual(['a', 'b']));
  });

  it('keeps the place of whoever cancels too late, until it is given back', async () => {
    const gate = new FrameGate(1);
    const came: string[] = [];
    const first = enter(gate, 'a', came);
    const second = enter(gate, 'b', came);
    first.cancel();
    await settle();
    expect(came).toEqual(['a']);
    ((await first.leave) as Leave)();
    await settle();
    expect(came).toEqual(['a', 'b']);
    second.cancel();
  });
});
