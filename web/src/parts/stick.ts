import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';

/** So far from the end still counts as being there, in pixels. */
const NEAR_PX = 48;
/** A scroll this soon after one of these is the reader's; long enough for a wheel that runs out. */
const BY_HAND_MS = 600;
const BY_HAND = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const;

interface Stick {
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** What grows inside it. */
  readonly content: RefObject<HTMLDivElement | null>;
  /** Whether the reader is away from the end, so that what is new is out of sight. */
  readonly away: boolean;
  readonly toEnd: () => void;
}

/**
 * Keeps the end in sight while text grows there, as long as the reader has not scrolled up; then nothing moves. The
 * place is put right before the frame is painted, so that nothing is seen to jump.
 */
export function useStickToEnd(): Stick {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticking = useRef(true);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    sticking.current = true;
    setAway(false);
    const box = scroller.current;
    if (box !== null) box.scrollTop = box.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    const box = scroller.current;
    const inner = content.current;
    if (box === null || inner === null) return undefined;
    let touchedAt = -BY_HAND_MS;
    const touched = (): void => {
      touchedAt = performance.now();
    };
    const onScroll = (): void => {
      const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      // Text that grows or shrinks also moves the place; only the reader's own hand is a wish to stay there.
      if (near) sticking.current = true;
      else if (performance.now() - touchedAt < BY_HAND_MS) sticking.current = false;
      setAway(!near && !sticking.current);
    };
    const grown = new ResizeObserver(() => {
      if (sticking.current) box.scrollTop = box.scrollHeight;
    });
    grown.observe(inner);
    grown.observe(box);
    for (const kind of BY_HAND) box.addEventListener(kind, touched, { passive: true });
    box.addEventListener('scroll', onScroll, { passive: true });
    box.scrollTop = box.scrollHeight;
    return () => {
      grown.disconnect();
      for (const kind of BY_HAND) box.removeEventListener(kind, touched);
      box.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { scroller, content, away, toEnd };
}
