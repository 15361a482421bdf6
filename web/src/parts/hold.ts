/** What is under the pointer, and where both were when it was pressed. */
interface Held {
  readonly target: Element;
  readonly at: { readonly x: number; readonly y: number };
  top: number;
  /** Whether its click has come. */
  clicked: boolean;
}

/** What can be pressed. Inside it things may be drawn anew; it stays. */
const PRESSABLE = 'button, a, label, summary, [role="button"]';
/** A hand that presses shakes by no more than this, in pixels. */
const STILL_PX = 6;

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
 * Where there is nothing to scroll and it moves all the same, the click is made up for when the pointer has not moved.
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
    const target = event.target.closest(PRESSABLE) ?? event.target;
    held = { target, at: { x: event.clientX, y: event.clientY }, top: topOf(target), clicked: false };
    changed.observe(box, { subtree: true, childList: true, characterData: true });
  }

  function letGo(event: PointerEvent): void {
    if (held === undefined) return;
    // The click comes after this event and belongs to the press.
    setTimeout(() => {
      const released = held;
      held = undefined;
      changed.disconnect();
      // A finger that scrolls instead of pressing has cancelled its press, and knows where it wants to be.
      if (event.type !== 'pointerup' || released === undefined) return;
      if (isLost(released, event)) (released.target as HTMLElement).click();
      onRelease();
    });
  }

  function clicked({ target }: MouseEvent): void {
    if (held !== undefined && target instanceof Node && held.target.contains(target)) held.clicked = true;
  }

  box.addEventListener('pointerdown', press, { passive: true });
  box.addEventListener('click', clicked, { capture: true, passive: true });
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
      box.removeEventListener('click', clicked, { capture: true });
      removeEventListener('pointerup', letGo);
      removeEventListener('pointercancel', letGo);
    },
  };
}

/** Whether a press that was meant has come to nothing: the pointer stayed, and what was under it did not. */
function isLost({ target, at, clicked }: Held, { clientX, clientY, button, pointerType }: PointerEvent): boolean {
  const isStill = Math.hypot(clientX - at.x, clientY - at.y) < STILL_PX;
  return (
    !clicked && isStill && button === 0 && pointerType !== 'touch' && target.matches(PRESSABLE) && target.isConnected
  );
}

function topOf(element: Element): number {
  return element.getBoundingClientRect().top;
}
