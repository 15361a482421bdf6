import type { PipelineParts, RowOf } from '../parts.ts';

/** What a directory tells of by itself: whoever it is about is looked up, and every process goes by what was found. */
export function followDirectory(
  { event }: RowOf<'directory'>,
  parts: Pick<PipelineParts, 'watch' | 'people'>,
  signal: AbortSignal,
): Promise<void> {
  return parts.watch.follow(event, () => parts.people.forgetAll(), signal);
}
