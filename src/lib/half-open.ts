/**
 * Makes the Markdown of an answer that is still being written presentable: what is open at its end is closed (code,
 * emphasis) or held back (the beginning of a link, of an image, of a table, a lone list mark that would turn the line above
 * into a heading).
 *
 * Looks at the last block only, so it costs the same however long the answer is.
 */
export function closeHalfOpen(text: string): string {
  const start = lastBlockStart(text);
  const before = text.slice(0, start);
  const block = text.slice(start);
  const fence = openFence(text);
  if (fence !== undefined) return closeFence(text, fence);
  return before + closeInline(holdBack(block));
}

function lastBlockStart(text: string): number {
  const from = Math.max(0, text.length - MAX_BLOCK);
  const last = [...text.slice(from).matchAll(/\n[ \t]*\n/g)].at(-1);
  return last ? from + last.index + last[0].length : from;
}

/** A block longer than this is looked at from here on only. */
const MAX_BLOCK = 4_000;

/** The marker of the code block that is open at the end. */
function openFence(text: string): string | undefined {
  let open: string | undefined;
  for (const found of text.matchAll(/^[ \t]*(`{3,}|~{3,})([^\n]*)$/gm)) {
    const [, marker = '', info = ''] = found;
    if (open === undefined) open = info.includes('`') ? undefined : marker;
    else if (marker.startsWith(open) && info.trim() === '') open = undefined;
  }
  return open;
}

function closeFence(text: string, marker: string): string {
  // One or two marks of the closing fence have come: not yet worth showing.
  const code = text.replace(/\n[ \t]*(?:`{1,2}|~{1,2})$/, '');
  return `${code}${code.endsWith('\n') ? '' : '\n'}${marker}`;
}

/** Takes away what cannot be shown yet. */
function holdBack(block: string): string {
  const withoutMark = block.replace(/(^|\n)[ \t]*(?:[-=*_#>+~`|]{1,6}|\d{1,3}[.)])[ \t]*$/, '$1');
  const withoutLink = withoutMark.replace(/!?\[[^\]\n]{0,200}$|!?\[[^\]\n]{0,200}\]\([^)\n]{0,2000}$|!$/, '');
  return holdBackTable(withoutLink);
}

/** A table is a table from its second line on; before that it would be shown as bars. */
function holdBackTable(block: string): string {
  const lines = block.split('\n');
  const first = lines.findIndex((line) => /^[ \t]*\|/.test(line));
  if (first === -1) return block;
  const ruled = lines.slice(first + 1, -1).some((line) => /^[ \t|:-]+$/.test(line) && line.includes('-'));
  return ruled ? block : lines.slice(0, first).join('\n');
}

const MARKS = ['**', '__', '~~'] as const;

/** Closes code and emphasis that the last block leaves open; takes an opening mark with nothing behind it away. */
function closeInline(block: string): string {
  const code = openCode(block);
  if (code !== undefined) return endOf(block, code);
  const text = withoutCode(block);
  let closed = block;
  for (const mark of MARKS) {
    if (count(text, mark) % 2 === 1) closed = endOf(closed, mark);
  }
  return closed === block ? closeStar(block, text) : closed;
}

/** @param text - The block without code and escapes. */
function closeStar(block: string, text: string): string {
  const atEnd = /(?:^|[^*])\*$/.test(text) && block.endsWith('*');
  if (!atEnd) return hasOpenStar(text) ? `${block.trimEnd()}*` : block;
  return hasOpenStar(text.slice(0, -1)) ? block : block.slice(0, -1);
}

/** Whether a single `*` has begun an emphasis and none has ended it; between figures it is a multiplication. */
function hasOpenStar(text: string): boolean {
  let open = false;
  for (const found of text.matchAll(/(?<!\*)\*(?!\*)/g)) {
    const before = text[found.index - 1] ?? ' ';
    const after = text[found.index + 1] ?? ' ';
    if (open && !/\s/.test(before)) open = false;
    else if (!open) open = !/\s/.test(after) && !/\w/.test(before);
  }
  return open;
}

function endOf(block: string, mark: string): string {
  const trimmed = block.trimEnd();
  if (trimmed.endsWith(mark) && !trimmed.endsWith(`\\${mark}`)) return trimmed.slice(0, -mark.length).trimEnd();
  // Half of the closing mark may be there already.
  const half = mark.length === 2 && trimmed.endsWith(mark.slice(0, 1)) ? trimmed.slice(0, -1) : trimmed;
  return half + mark;
}

/** The run of backticks that is open at the end of the block. */
function openCode(block: string): string | undefined {
  let open: string | undefined;
  for (const [run] of block.matchAll(/`+/g)) {
    if (open === undefined) open = run;
    else if (run === open) open = undefined;
  }
  return open;
}

function withoutCode(block: string): string {
  return block.replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/gs, '').replace(/\\[*_~]/g, '');
}

function count(text: string, mark: string): number {
  let found = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) found += 1;
  return found;
}
