import { describe, expect, it } from 'vitest';
import { type ChannelName, id } from '../core/ids.ts';
import { FinalGate, type Leave } from './final-gate.ts';

const FEISHU = id<ChannelName>('feishu');
const WECOM = id<ChannelName>('wecom');

/** Has so many enter one after the other; `came` grows as they do. */
function enter(gate: FinalGate, channel: ChannelName, names: readonly string[]) {
  const came: string[] = [];
  const leaves = new Map<string, Leave>();
  for (const name of names) {
    void gate.enter(channel).then((leave) => {
      came.push(name);
      leaves.set(name, leave);
    });
  }
  return { came, leave: (name: string) => leaves.get(name)?.() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the gate before final frames', () => {
  it('lets no more of a channel through at once than it has places, in their order', async () => {
    const { came, leave } = enter(new FinalGate(2), FEISHU, ['a', 'b', 'c', 'd']);
    await settle();
    expect(came).toEqual(['a', 'b']);
    leave('b');
    await settle();
    expect(came).toEqual(['a', 'b', 'c']);
    leave('a');
    leave('c');
    await settle();
    expect(came).toEqual(['a', 'b', 'c', 'd']);
  });

  it('has a place again when nobody waited for one that was given back', async () => {
    const gate = new FinalGate(1);
    const first = enter(gate, FEISHU, ['a']);
    await settle();
    first.leave('a');
    const second = enter(gate, FEISHU, ['b', 'c']);
    await settle();
    expect(second.came).toEqual(['b']);
  });

  it('does not let one channel wait for another', async () => {
    const gate = new FinalGate(1);
    enter(gate, FEISHU, ['a', 'b']);
    const other = enter(gate, WECOM, ['c']);
    await settle();
    expect(other.came).toEqual(['c']);
  });

  it('lets nobody wait for long: then one goes without a place, and gives none back', async () => {
    const gate = new FinalGate(1, 20);
    const first = enter(gate, FEISHU, ['a', 'b']);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(first.came).toEqual(['a', 'b']);
    first.leave('b');
    const second = enter(gate, FEISHU, ['c']);
    await settle();
    expect(second.came).toEqual([]);
    first.leave('a');
    await settle();
    expect(second.came).toEqual(['c']);
  });
});
