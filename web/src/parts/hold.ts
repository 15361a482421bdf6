/** What is under the pointer, and where it stood when it was pressed. */
interface Held {
  readonly target: Element;
  top: number;
}

export interface Hold {
  /** Whether something inside is pressed right now. */
  readonly pressed: boolean;
  /** Where the box was put for that, last. */
  readonly placedAt: number;
  /** Puts what is pressed back under the pointer. @returns False when nothing is pressed. */
  keep(): boolean;
  /** Where what is pressed stands now is its place: the reader herself has scrolled. */
  moved(): void;
  end(): void;
}

/**
 * While something in a scrolling box is pressed, it stays where it is, whatever grows or goes around it. Else a press would
 * begin on a button and end beside it: the browser calls that no click, and what somebody wanted is lost without a word.
 *
 * @param onRelease - What was pressed has been let go, and its click has been heard.
 */
export function holdPressed(box: HTMLElement, onRelease: () => void = () => undefined): Hold {
  let held: Held | undefined;
  let placedAt = -1;
  const changed = new MutationObserver(() => keep());

  function keep(): boolean {
    if (held === undefined) return false;
    // What has gone is where nobody can press it any more.
    if (held.target.isConnected) {
      box.scrollTop += topOf(held.target) - held.top;
      placedAt = box.scrollTop;
    }
    return true;
  }

  function press(event: PointerEvent): void {
    if (!(event.target instanceof Element)) return;
    // What is inside a button may be drawn anew; the button itself stays.
    const target = event.target.closest('button, a, label, summary, [role="button"]') ?? event.target;
    held = { target, top: topOf(target) };
    changed.observe(box, { subtree: true, childList: true, characterData: true });
  }

  function letGo(event: PointerEvent): void {
    if (held === undefined) return;
    // The click comes after this event and belongs to the press.
    setTimeout(() => {
      held = undefined;
      changed.disconnect();
      // A finger that scrolls instead of pressing has cancelled its press, and knows where it wants to be.
      if (event.type === 'pointerup') onRelease();
    });
  }

  box.addEventListener('pointerdown', press, { passive: true });
  addEventListener('pointerup', letGo, { passive: true });
  addEventListener('pointercancel', letGo, { passive: true });
  return {
    get pressed() {
      return held !== undefined;
    },
    get placedAt() {
      return placedAt;
    },
    keep,
    moved() {
      if (held !== undefined) held.top = topOf(held.target);
    },
    end() {
      changed.disconnect();
      box.removeEventListener('pointerdown', press);
      removeEventListener('pointerup', letGo);
      removeEventListener('pointercancel', letGo);
    },
  };
}

function topOf(element: Element): number {
  return element.getBoundingClientRect().top;
}
