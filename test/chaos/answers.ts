import { markIn } from '../support/check-record.ts';

/** The reference in a sentence that says that there is no answer. */
export const EXCUSE = /PH-[0-9A-Z]{7}/;

export const AGENT_KEY = 'app-chaos';

/** What the agent says: some sentences, so that there is something to stream, between the question's marks. */
export function answerTo(query: string): string {
  const mark = markIn(query) ?? 'none';
  return `begin${mark}: this is what the handbook says.\n\n- first you write it down\n- then you **sign** it\n\nThat is all. end${mark}`;
}

/** Whether the agent says it bit by bit. */
export function isStreamed(query: string): boolean {
  return Number(/\d+/.exec(markIn(query) ?? '')?.[0] ?? 0) % 6 === 0;
}
