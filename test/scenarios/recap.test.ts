import { afterEach, describe, expect, it } from 'vitest';
import type { MessageEvent } from '../../src/core/event.ts';
import { message, startGateway, type TestGateway } from '../support/gateway.ts';
import { started } from '../support/script-agent.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

async function say(event: MessageEvent): Promise<void> {
  await gateway.deliver(event);
  await gateway.quiet();
}

describe('the recap of a dialogue that its agent has forgotten', () => {
  it('is what this person and the agent said last in this dialogue, with personal data masked, once', async () => {
    gateway = await startGateway({ privacy: { in: 'mask' } });
    const recaps: (string | undefined)[] = [];
    gateway.agent.answer = async function* (ask) {
      if (ask.text === 'three') recaps.push(await ask.recap?.());
      yield { ...started(ask), forgotten: ask.text === 'three' } as ReturnType<typeof started>;
      yield { kind: 'text', delta: `to ${ask.text}` };
    };
    await say(message('not of this dialogue'));
    await say(message('/new'));
    await say(message('call me at 13800138000'));
    await say(message('another person', { account: 'eve' }));
    await say(message('two'));
    await say(message('three'));
    await say(message('four'));
    const [recap = ''] = recaps;
    expect(recap).toMatch(/call me at 138\*+[\s\S]*\n→ to call me[\s\S]*two\n→ to two$/);
    expect(recap).not.toMatch(/13800138000|another person|not of this dialogue/);
    // It went with the question already.
    expect(gateway.agent.asked.at(-1)?.text).toBe('four');
  });
});
