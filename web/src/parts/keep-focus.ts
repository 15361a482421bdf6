import { type RefObject, useEffect } from 'react';

/**
 * Keeps the keyboard where it was when the button that had it goes away (one that stops an answer goes with the answer's end):
 * its message, or its place in a list, has the focus then, and the next Tab leads to what has come in its place.
 */
export function useFocusKept(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const box = place.current;
    if (box === null) return undefined;
    let last: Element | undefined;
    let home: HTMLElement | null = null;
    const came = ({ target }: FocusEvent): void => {
      if (!(target instanceof Element)) return;
      last = target;
      home = target.closest<HTMLElement>('article') ?? target.closest('li');
    };
    // Whoever has gone elsewhere by herself is not called back.
    const left = (): void => queueMicrotask(() => (last = last?.isConnected === true ? undefined : last));
    const changed = new MutationObserver(() => {
      if (last === undefined || last.isConnected) return;
      last = undefined;
      if (document.activeElement === document.body) focusOn(home?.isConnected === true ? home : box);
    });
    box.addEventListener('focusin', came);
    box.addEventListener('focusout', left);
    changed.observe(box, { subtree: true, childList: true });
    return () => {
      box.removeEventListener('focusin', came);
      box.removeEventListener('focusout', left);
      changed.disconnect();
    };
  }, [place]);
}

/** Nothing that Tab leads to, so it takes the focus only when it is given. */
function focusOn(element: HTMLElement): void {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
