import { type ChannelName, id, type PersonId } from '../../../src/core/ids.ts';
import type { Session } from '../../../src/core/session-store.ts';
import type { Begun, Ended, InboxRow, Lease, NewTurn, Store } from '../../../src/core/store.ts';
import { ECHO, FEISHU, lease, MINUTE, message, NOON, newTurn, sender } from './samples.ts';

/** One account of somebody who writes directly to the bot. */
export interface Writer {
  readonly channel: ChannelName;
  readonly account: string;
}

export const LIN: Writer = { channel: FEISHU, account: 'lin' };
export const WANG: Writer = { channel: FEISHU, account: 'wang' };
/** The same name elsewhere is somebody else until it is linked. */
export const LIN_DING: Writer = { channel: id('dingtalk'), account: 'lin' };

/** A question that is being worked on. */
export interface Question {
  readonly row: InboxRow;
  readonly held: Lease;
  readonly turn: NewTurn;
}

let questions = 0;

/** People who ask directly, with everything between a message and its turn. */
export class Talk {
  readonly #store: Store;
  now = NOON;

  constructor(store: Store) {
    this.#store = store;
  }

  async person({ channel, account }: Writer): Promise<PersonId> {
    return (await this.#store.people.identify(channel, sender(account), this.now)).id;
  }

  /** Somebody writes, and her message is claimed. */
  async write(writer: Writer, more: Partial<NewTurn> = {}): Promise<Question> {
    questions += 1;
    const { channel, account } = writer;
    const to = { channel, kind: 'direct', chat: id<never>(account) } as const;
    const row = message(`question-${questions}`, account, { from: sender(account), to });
    const lane = id<InboxRow['lane']>(JSON.stringify(['direct', channel, account]));
    await this.#store.inbox.accept([{ ...row, channel, lane }], this.now);
    return this.claim(writer, more);
  }

  async claim(writer: Writer, more: Partial<NewTurn> = {}): Promise<Question> {
    const { channel, account } = writer;
    const held = lease(this.now + MINUTE);
    const lane = id<InboxRow['lane']>(JSON.stringify(['direct', channel, account]));
    const row = await this.#store.inbox.claim(lane, held, this.now);
    if (!row) throw new Error(`nothing to claim from ${account}`);
    const person = await this.person(writer);
    const turn = newTurn(`turn-${row.seq}`, row, { person, scope: 'person', agent: ECHO, ...more });
    return { row, held, turn };
  }

  begin({ turn, held }: Question): Promise<Begun> {
    return this.#store.turns.begin(turn, held.holder, this.now);
  }

  end({ row, held, turn }: Question, conversation = `of-${turn.id}`): Promise<Ended> {
    const run = { user: turn.person, conversation };
    const end = { turn: turn.id, state: 'done', run, suggested: [], replies: [], seq: row.seq, lease: held } as const;
    return this.#store.turns.end(end, this.now);
  }

  /** A whole question; answers the session it was asked in, as it was found. */
  async ask(writer: Writer, more: Partial<NewTurn> = {}): Promise<Session> {
    const question = await this.write(writer, more);
    const begun = await this.begin(question);
    if (begun.kind !== 'begun') throw new Error(`the question of ${writer.account} ${begun.kind}`);
    await this.end(question, begun.session.conversation);
    return begun.session;
  }
}
