import type { Clock } from '../../../core/clock.ts';
import type { Json } from '../../../lib/read.ts';
import { EVENT_ANSWER_MS } from './limits.ts';

/** A greeting that is on its way into the response that asks for it. */
interface Meeting {
  body?: Json;
  taken: boolean;
  readonly met: AbortController;
}

/**
 * Brings a greeting to the request it belongs to: the platform takes it in the response to the opened chat, within five seconds, and there
 * is no other way. Whichever side comes first waits for the other.
 */
export class Greetings {
  readonly #clock: Clock;
  readonly #meetings = new Map<string, Meeting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The greeting for a request; undefined when none came in time. */
  async take(request: string): Promise<Json | undefined> {
    const meeting = this.#at(request);
    if (meeting.body === undefined) await this.#wait(meeting);
    meeting.taken = meeting.body !== undefined;
    meeting.met.abort();
    this.#meetings.delete(request);
    return meeting.body;
  }

  /** @returns Whether the request took it. */
  async give(request: string, body: Json): Promise<boolean> {
    const meeting = this.#at(request);
    meeting.body = body;
    meeting.met.abort();
    // The request may not have come to the point where it asks: it is being stored.
    for (let waited = 0; !meeting.taken && waited < EVENT_ANSWER_MS; waited += STEP_MS)
      await this.#clock.sleep(STEP_MS);
    if (!meeting.taken) this.#meetings.delete(request);
    return meeting.taken;
  }

  #at(request: string): Meeting {
    const meeting = this.#meetings.get(request) ?? { taken: false, met: new AbortController() };
    this.#meetings.set(request, meeting);
    return meeting;
  }

  async #wait(meeting: Meeting): Promise<void> {
    await this.#clock.sleep(EVENT_ANSWER_MS, meeting.met.signal).catch(() => undefined);
  }
}

const STEP_MS = 20;
