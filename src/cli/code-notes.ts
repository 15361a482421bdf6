import { FAILURE_NOTES } from '../http/failure-list.ts';
import type { Terminal } from './terminal.ts';

/** Says of each code, once, what it means and what can be done. */
export function explainCodes(terminal: Terminal, codes: Iterable<string | undefined>): void {
  for (const code of new Set(codes)) {
    if (code === undefined) continue;
    const note = FAILURE_NOTES[code as keyof typeof FAILURE_NOTES];
    if (note) terminal.out(terminal.say({ zh: `${code}：${note.zh}`, en: `${code}: ${note.en}` }));
  }
}
