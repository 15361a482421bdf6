import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { holdPressed } from './hold.ts';

/** So far from the end still counts as being there, in pixels. */
const NEAR_PX = 48;
/** A scroll this soon after one of these is the reader's; long enough for a wheel that runs out. */
const BY_HAND_MS = 600;
const BY_HAND = ['wheel', 'touchmove', 'keydown'] as const;

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
 * Keeps the end in sight while text grows there, as long as the reader has not scrolled up; then nothing moves. Nor does
 * anything while it is pressed. The place is put right before the frame is painted, so that nothing is seen to jump.
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
    /** Where we have put it ourselves. */
    let ownTop = -1;
    const follow = (): void => {
      box.scrollTop = box.scrollHeight;
      ownTop = box.scrollTop;
    };
    const hold = holdPressed(box, () => {
      // Whoever has marked a text is about to do something with it.
      if (sticking.current && !marksIn(box)) follow();
    });
    const touched = (): void => {
      touchedAt = performance.now();
    };
    const onScroll = (): void => {
      const near = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
      // Text that grows or shrinks also moves the place; only the reader's own hand is a wish to stay there.
      const isOurs = box.scrollTop === ownTop || box.scrollTop === hold.placedAt;
      const byHand = !isOurs && (hold.pressed || performance.now() - touchedAt < BY_HAND_MS);
      if (near) sticking.current = true;
      else if (byHand) sticking.current = false;
      if (byHand) hold.moved();
      setAway(!near && !sticking.current);
    };
    const grown = new ResizeObserver(() => {
      if (!hold.keep() && sticking.current) follow();
    });
    grown.observe(inner);
    grown.observe(box);
    for (const kind of BY_HAND) box.addEventListener(kind, touched, { passive: true });
    box.addEventListener('scroll', onScroll, { passive: true });
    follow();
    return () => {
      hold.end();
      grown.disconnect();
      for (const kind of BY_HAND) box.removeEventListener(kind, touched);
      box.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { scroller, content, away, toEnd };
}

function marksIn(box: HTMLElement): boolean {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && box.contains(selection.anchorNode);
}
