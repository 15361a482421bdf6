import { kindOf, type SeatId } from './seat-kinds.ts';

/** What the page takes beside the windows, and what stands between two of them, as in `page.css`; in pixels. */
const BESIDE = { common: 236 + 48, wide: 272 + 48 };
const GAP = 16;
/** The width of a phone beside other windows. */
const PHONE = { common: 332, wide: 400 };
const WIDE_FROM = 1600;
/** A computer's client needs this for a list of chats and a conversation beside each other. */
const DESKTOP_MIN = 440;

/** How each of the open windows looks on a page of this width. */
export function framesOf(open: readonly SeatId[], pageWidth: number): ('desktop' | 'phone')[] {
  const size = pageWidth >= WIDE_FROM ? 'wide' : 'common';
  const frames = open.map((id) => kindOf(id).frame);
  const phones = frames.filter((frame) => frame === 'phone').length;
  const room = pageWidth - BESIDE[size] - GAP * (open.length - 1) - PHONE[size] * phones;
  return room / Math.max(1, open.length - phones) < DESKTOP_MIN ? frames.map(() => 'phone' as const) : frames;
}
