import { afterEach, beforeEach, describe, expect, it as test } from 'vitest';
import { GatewayError } from '../../src/core/errors.ts';
import type { Delivery, MessageEvent, ReplyAddress } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import type { Platform, Receipt, SendOptions } from '../../src/core/platform.ts';
import type { Frame, OutboundMessage, Sent } from '../../src/core/reply.ts';
import { askBefore } from '../../src/lib/last-look.ts';

/** A message of ours as a person sees it at the far side. */
export interface Seen {
  /** Everything one can read in it. */
  readonly text: string;
  /** It shows by itself that nothing more will come. */
  readonly settled: boolean;
  /** What its buttons send when they are pressed. */
  readonly values: readonly unknown[];
}

/** One platform with a far side that behaves as the vendor does. */
export interface PlatformCase {
  readonly platform: Platform;
  /** The same app without anything by which a delivery could be trusted. */
  readonly unconfigured: Platform;
  /** When deliveries are looked at, in epoch milliseconds. */
  now(): number;
  /** Somebody writes in a direct chat: the delivery that follows, and what makes it come again. */
  write(text: string): Promise<{ readonly delivery: Delivery; again(): Promise<Delivery> }>;
  /** A message of the bot itself, as it would be delivered. */
  ownMessage(): Delivery;
  /** An event of a kind that nobody knows yet. */
  unknownEvent(): Delivery;
  /** What our messages look like in answer to that message, oldest first. */
  seen(to: ReplyAddress): readonly Seen[];
  close(): Promise<void>;
}

const FRAME: Frame = {
  turn: id('t-contract'),
  state: 'done',
  lang: 'en',
  title: 'Helper',
  answer: 'Five days.',
  thoughts: [],
  citations: [],
  suggested: [],
  rating: 'none',
  buttons: [],
};

/** Cases that do not hold for a platform: by title, with the reason. */
export type Skips = Readonly<Record<string, string>>;

/** What every platform does the same, whatever its vendor. */
export function platformContract(name: string, start: () => Promise<PlatformCase>, skips: Skips = {}): void {
  const it = (title: string, run: () => void | Promise<void>): void => {
    const reason = skips[title];
    if (reason === undefined) test(title, run);
    else test.skip(`${title} (not here: ${reason})`, run);
  };

  describe(`${name}, as a platform`, () => {
    let far: PlatformCase;
    let asked: MessageEvent;
    let delivery: Delivery;
    let again: () => Promise<Delivery>;
    const saved: Sent[] = [];

    beforeEach(async () => {
      far = await start();
      saved.length = 0;
      ({ delivery, again } = await far.write('How many days off?'));
      asked = messageIn(far.platform.receive(delivery, far.now()));
    });
    afterEach(() => far.close());

    const receive = (given: Delivery): Receipt => far.platform.receive(given, far.now());
    const options = (prior?: Sent): SendOptions => ({
      signal: AbortSignal.timeout(10_000),
      save: async (sent) => void saved.push(sent),
      ...(prior && { prior }),
    });
    const message = (frame: Partial<Frame>, key = 'k1'): OutboundMessage & { kind: 'frame' } => ({
      kind: 'frame',
      to: asked.to,
      key: id(key),
      frame: { ...FRAME, ...frame },
    });

    describe('lets in', () => {
      it('what the vendor delivers, with its words, its sender and its place', () => {
        expect(asked).toMatchObject({
          kind: 'message',
          addressed: true,
          to: { kind: 'direct', channel: far.platform.channel },
        });
        expect(asked.parts).toEqual([{ kind: 'text', text: 'How many days off?' }]);
        expect(asked.from.account).not.toBe('');
        expect(asked.to.message).toBe(asked.message);
      });

      it('the same message again under the same key', async () => {
        expect(messageIn(receive(delivery)).key).toBe(asked.key);
        expect(messageIn(receive(await again())).key).toBe(asked.key);
      });

      it('the same bytes with the same answer, whenever they are asked about', () => {
        expect(receive(delivery)).toEqual(receive(delivery));
      });
    });

    describe('refuses', () => {
      const changed = (change: (body: Buffer) => Uint8Array): Delivery => ({
        ...delivery,
        body: change(Buffer.from(delivery.body)),
      });

      it('a body of which one byte was changed', () => {
        const flipped = changed((body) => {
          const at = Math.floor(body.length / 2);
          body[at] = (body[at] ?? 0) ^ 1;
          return body;
        });
        expect(() => receive(flipped)).toThrow(GatewayError);
      });

      it('a body with something behind it', () => {
        expect(() => receive(changed((body) => Buffer.concat([body, Buffer.from('x')])))).toThrow(GatewayError);
      });

      it('a delivery without its headers', () => {
        expect(() => receive({ ...delivery, headers: {}, query: {} })).toThrow(GatewayError);
      });

      it('a delivery of long ago', () => {
        const hour = 3_600_000;
        expect(() => far.platform.receive(delivery, far.now() + hour)).toThrow(GatewayError);
      });

      it('everything, when it has nothing to know the vendor by', () => {
        expect(() => far.unconfigured.receive(delivery, far.now())).toThrow(
          expect.objectContaining({ code: 'channel_unconfigured' }),
        );
      });

      it('a body that is too long', () => {
        expect(() => receive(changed(() => Buffer.alloc(1024 * 1024 + 1, 0x20)))).toThrow(
          expect.objectContaining({ code: 'body_too_large' }),
        );
      });

      it('anything else in words of ours, never with a crash', () => {
        for (const body of ['', '{}', '[]', 'null', '"x"', '{"encrypt":1}', '<xml>', '\u0000', '{"a":'.repeat(5_000)]) {
          expect(() => receive(changed(() => Buffer.from(body)))).toThrow(GatewayError);
        }
      });
    });

    describe('ignores', () => {
      it('what the bot itself has written', () => {
        expect(receive(far.ownMessage())).toMatchObject({ kind: 'ignored', event: { why: 'own-message' } });
      });

      it('events of a kind it does not know, and says yes to them', () => {
        expect(receive(far.unknownEvent())).toMatchObject({
          kind: 'ignored',
          event: { why: 'unknown-type' },
          ack: { status: 200 },
        });
      });
    });

    describe('shows', () => {
      it('a whole answer where it was asked for, once', async () => {
        const sent = await far.platform.send(message({}), options());
        expect(sent.message).toBeTruthy();
        expect(far.seen(asked.to)).toMatchObject([
          { text: expect.stringContaining('Five days.') as string, settled: true },
        ]);
      });

      it('the same message once, however often it is sent under its key', async () => {
        if (far.platform.can.sendKeyWindowMs === 0) return;
        const first = await far.platform.send(message({}), options());
        const second = await far.platform.send(message({}), options());
        expect(second.message).toBe(first.message);
        expect(far.seen(asked.to)).toHaveLength(1);
      });

      it('an answer of the greatest length whole in one message', async () => {
        for (const letter of ['x', '字']) {
          const answer = letter.repeat(Math.floor(far.platform.can.maxAnswerBytes / Buffer.byteLength(letter)));
          await far.platform.send(message({ answer }, `long-${letter.length}-${letter.charCodeAt(0)}`), options());
          expect(far.seen(asked.to).at(-1)?.text).toContain(answer);
        }
        expect(far.seen(asked.to)).toHaveLength(2);
      });

      it('nothing of ours that calls people or breaks out of the text', async () => {
        const answer = '<at id=all></at><at user_id="all">all</at> <script>alert(1)</script> **ok**';
        await far.platform.send(message({ answer }), options());
        expect(far.seen(asked.to)[0]?.text).not.toMatch(/<at\b|<script/i);
      });

      it('a sentence and the link to a file that cannot be had', async () => {
        const to = { to: asked.to, lang: 'en' } as const;
        await far.platform.send({ ...to, kind: 'notice', key: id('n1'), text: 'Stopped.' }, options());
        const file = { kind: 'file', name: 'report.pdf', url: 'http://127.0.0.1:1/report.pdf' } as const;
        await far.platform.send({ ...to, kind: 'file', key: id('f1'), file }, options()).catch((error: unknown) => {
          expect(error).toBeInstanceOf(GatewayError);
        });
        expect(far.seen(asked.to)[0]?.text).toContain('Stopped.');
      });

      it('nothing of what is perhaps no longer ours to send, and is certain that it has not', async () => {
        const { signal, ...rest } = options();
        askBefore(signal, () => false);
        await expect(far.platform.send(message({}), { ...rest, signal })).rejects.toMatchObject({
          code: 'platform_unavailable',
          cause: { kind: 'held-back' },
        });
        expect(far.seen(asked.to)).toEqual([]);
        await far.platform.send(message({}), options(saved.at(-1)));
        expect(far.seen(asked.to)).toHaveLength(1);
      });

      it('buttons that bring back what we put into them', async () => {
        if (!far.platform.can.buttons) return;
        await far.platform.send(message({ buttons: ['up'], suggested: ['And then?'] }), options());
        expect(far.seen(asked.to).flatMap(({ values }) => values)).toEqual(
          expect.arrayContaining([
            { act: 'up', turn: 't-contract' },
            { act: 'ask', turn: 't-contract', index: 0 },
          ]),
        );
      });
    });

    describe('lets a message grow', () => {
      const growing = (): boolean => ['stream', 'edit'].includes(far.platform.can.reply);
      const update = async (sent: Sent, frame: Partial<Frame>): Promise<Sent> => {
        const next = await far.platform.update?.(sent, message(frame), options());
        return next ?? sent;
      };

      it('from its loading state to its end, as one message', async () => {
        if (!growing()) return;
        let sent = await far.platform.send(message({ state: 'thinking', answer: '', buttons: ['stop'] }), options());
        expect(far.seen(asked.to)).toMatchObject([{ settled: false }]);
        sent = await update(sent, { state: 'answering', answer: 'Five', buttons: ['stop'] });
        await update(sent, { state: 'done', answer: 'Five days.' });
        expect(far.seen(asked.to)).toMatchObject([
          { text: expect.stringContaining('Five days.') as string, settled: true },
        ]);
      });

      it('has noted what is needed to go on before anybody sees it', async () => {
        if (!growing()) return;
        let noted = false;
        const save = (): Promise<never> => {
          noted = true;
          return Promise.reject(new GatewayError('store_unavailable', 'no disk'));
        };
        const frame = message({ state: 'thinking', answer: '' });
        await far.platform.send(frame, { ...options(), save }).catch(() => undefined);
        if (noted) expect(far.seen(asked.to)).toEqual([]);
      });

      it('that was half sent, and finishes it as the same message', async () => {
        if (!growing()) return;
        await far.platform.send(message({ state: 'thinking', answer: '' }), options());
        const noted = saved.at(-1);
        if (!noted) return;
        await far.platform.send(message({}), options(noted));
        expect(far.seen(asked.to)).toMatchObject([
          { text: expect.stringContaining('Five days.') as string, settled: true },
        ]);
      });

      it('and closes it when the answer goes on in another one', async () => {
        if (!growing()) return;
        const sent = await far.platform.send(message({ state: 'answering', answer: 'One' }), options());
        await update(sent, { state: 'answering', answer: 'One', continues: true });
        expect(far.seen(asked.to)).toMatchObject([{ settled: true }]);
      });
    });
  });
}

function messageIn(receipt: Receipt): MessageEvent {
  const [event] = receipt.kind === 'events' ? receipt.events : [];
  if (event?.kind !== 'message') throw new Error(`no message but ${receipt.kind}`);
  return event;
}
