import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { SimCard, StreamedElement } from '../../../../src/simulator/contract.ts';

type Print = SimCard['print'];

/** Text that is being typed: what showed when it began, and when that was (`performance.now()`). */
export interface Typing {
  readonly from: number;
  readonly startedAt: number;
}

/**
 * Where typing goes on after an update, as the vendor's client does it: what stood there before shows at once (`fast`)
 * or is finished first (`delay`), and a text that is not a continuation is painted whole.
 */
export function typeOn(shown: number, element: StreamedElement, print: Print, now: number): Typing {
  if (element.kept === 0) return { from: element.text.length, startedAt: now };
  const from = print.strategy === 'delay' ? Math.min(shown, element.kept) : element.kept;
  return { from, startedAt: now };
}

/** How many characters show now; never half of one. */
export function typedLength(typing: Typing, text: string, print: Print, now: number): number {
  const steps = Math.floor((now - typing.startedAt) / Math.max(1, print.everyMs));
  const length = Math.min(text.length, typing.from + steps * Math.max(1, print.step));
  return isHighSurrogate(text.charCodeAt(length - 1)) ? length + 1 : length;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

type Step = (now: number) => void;
const running = new Set<Step>();

/** One loop for everything that is being typed. */
function startTyping(step: Step): () => void {
  if (running.size === 0) requestAnimationFrame(loop);
  running.add(step);
  return () => void running.delete(step);
}

function loop(now: number): void {
  for (const step of running) step(now);
  if (running.size > 0) requestAnimationFrame(loop);
}

/** The part of a streamed text that has been typed so far; all of it when the stream is over or motion is unwanted. */
export function useTyped(element: StreamedElement, print: Print, streaming: boolean): string {
  const { text, sequence } = element;
  // What stands there when one opens the page has been typed already.
  const [shown, setShown] = useState(text.length);
  const first = useRef(true);

  const begin = useEffectEvent((): (() => void) => {
    if (first.current || !streaming || wantsNoMotion()) {
      first.current = false;
      setShown(text.length);
      return () => undefined;
    }
    const typing = typeOn(shown, element, print, performance.now());
    setShown(typing.from);
    const stop = startTyping((time) => {
      const length = typedLength(typing, text, print, time);
      setShown(length);
      if (length >= text.length) stop();
    });
    return stop;
  });
  useEffect(() => begin(), [sequence, streaming]);

  return shown >= text.length || !streaming ? text : text.slice(0, shown);
}

function wantsNoMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
