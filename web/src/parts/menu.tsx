import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';

export interface MenuEntry {
  readonly key: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** A second line, smaller. */
  readonly hint?: string;
  readonly danger?: boolean;
  readonly onSelect: () => void;
}

interface MenuButtonProps {
  readonly label: string;
  readonly className?: string;
  readonly entries: readonly MenuEntry[];
  /** `grid` for pictures without words. */
  readonly look?: 'list' | 'grid';
  readonly children: ReactNode;
  readonly disabled?: boolean;
  /** What the menu says above its entries. */
  readonly title?: string;
}

const GAP_PX = 6;

/**
 * A button that opens a menu in the top layer, out of reach of whatever scrolls or clips around it. Light enough to
 * stand at every message: nothing of the menu exists before it is opened.
 */
export function MenuButton({
  label,
  className,
  entries,
  look = 'list',
  children,
  disabled,
  title,
}: MenuButtonProps): ReactNode {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);

  function place(menu: HTMLDivElement | null): void {
    if (menu === null || button.current === null || menu.matches(':popover-open')) return;
    menu.showPopover();
    const at = button.current.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const below = at.bottom + GAP_PX + height < innerHeight || at.top < height + GAP_PX;
    menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    menu.style.top = `${below ? Math.min(at.bottom + GAP_PX, innerHeight - height - 8) : at.top - GAP_PX - height}px`;
    menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
  }
  function select(entry: MenuEntry): void {
    setOpen(false);
    button.current?.focus();
    entry.onSelect();
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        disabled={disabled}
        onClick={() => setOpen(!open)}
      >
        {children}
      </button>
      {open && (
        <div
          id={id}
          ref={place}
          popover="auto"
          role="menu"
          aria-label={title ?? label}
          className="menu"
          data-look={look}
          tabIndex={-1}
          onToggle={(event) => event.newState === 'closed' && setOpen(false)}
          onKeyDown={(event) => moveFocus(event, look === 'grid' ? 'ArrowRight' : 'ArrowDown')}
        >
          {title !== undefined && <span className="menu-title">{title}</span>}
          {entries.map((entry) => (
            <button
              key={entry.key}
              type="button"
              role="menuitem"
              tabIndex={-1}
              data-danger={entry.danger}
              aria-label={look === 'grid' ? entry.label : undefined}
              title={look === 'grid' ? entry.label : undefined}
              onClick={() => select(entry)}
            >
              {entry.icon}
              {look === 'list' && (
                <span>
                  {entry.label}
                  {entry.hint !== undefined && <small>{entry.hint}</small>}
                </span>
              )}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

/** Arrows go through the entries, round and round; Tab leaves the menu. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>, forward: string): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const back = forward === 'ArrowRight' ? 'ArrowLeft' : 'ArrowUp';
  const steps: Readonly<Record<string, number>> = { [forward]: at + 1, [back]: at - 1, Home: 0, End: items.length - 1 };
  if (event.key === 'Tab') return event.currentTarget.hidePopover();
  const to = steps[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}
