import type { ChannelName, PersonId, TemplateCode } from './ids.ts';
import type { Contact } from './people-store.ts';

/** Who decides about requests for access. */
export interface AccessRules {
  /** Accounts that may grant and refuse in a chat, as `channel/account`; they are told of each request. */
  readonly administrators: readonly string[];
  /** The form by which it is asked for at a vendor, by whoever has an account there. */
  readonly approval?: AccessApproval | undefined;
}

export interface AccessApproval {
  readonly channel: ChannelName;
  readonly template: TemplateCode;
  /** By the fields' labels; `{name}`, `{role}` and `{days}` stand for what is asked for. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * A request for a role is always in one of these states.
 * - asked: somebody has to decide.
 * - approved: the role was granted, for a time. Left when an approval is taken back.
 * - refused: it was not, or no longer is.
 */
export type AccessState = 'asked' | 'approved' | 'refused';

export interface AccessRequest {
  /** Short enough to be typed. */
  readonly id: string;
  readonly person: PersonId;
  readonly role: string;
  readonly state: AccessState;
  /** Where she is told. */
  readonly contact: Contact;
  readonly askedAt: number;
  readonly decidedAt?: number;
}

export interface AccessStore {
  /** Asks for a role, unless the same person's request for it is open; answers the one that is. */
  ask(request: Pick<AccessRequest, 'id' | 'person' | 'role' | 'contact'>, now: number): Promise<AccessRequest>;
  /**
   * Decides, where it is still to be decided; an approved one can be refused later, a refused one stays.
   * @param by - `admin`, or who decided. @returns How it stands now; undefined when there is none.
   */
  decide(id: string, state: 'approved' | 'refused', by: string, now: number): Promise<AccessRequest | undefined>;
}
