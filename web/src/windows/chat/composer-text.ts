/** Somebody chosen from the mention list: how the text names her, and the id that is sent for it. */
export interface Mentioned {
  readonly label: string;
  readonly id: string;
}

/** The text as the simulator takes it: each `@name` that was chosen from the list becomes `@{id}`. */
export function withMentions(text: string, mentioned: readonly Mentioned[]): string {
  // Longer names first: @陈宇 must not eat the beginning of @陈宇航.
  const byLength = mentioned.toSorted((a, b) => b.label.length - a.label.length);
  return byLength.reduce((all, { label, id }) => all.replaceAll(`@${label}`, `@{${id}}`), text);
}

/** What stands behind an `@` that is being typed at the caret; undefined when there is none. */
export function mentionQuery(text: string, caret: number): string | undefined {
  const match = /(?:^|[^\w.])@([^\s@]{0,20})$/.exec(text.slice(0, caret));
  return match?.[1];
}

/** The text with the typed `@…` at the caret completed, and where the caret goes. */
export function completeMention(
  text: string,
  caret: number,
  label: string,
): { readonly text: string; readonly caret: number } {
  const query = mentionQuery(text, caret) ?? '';
  const start = caret - query.length - 1;
  const head = `${text.slice(0, start)}@${label} `;
  return { text: head + text.slice(caret).replace(/^ /, ''), caret: head.length };
}
