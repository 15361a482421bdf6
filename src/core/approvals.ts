import type { FailureCode } from './errors.ts';
import type { AccountId, ApprovalId, ApprovalInstance, ChannelName, PersonId, TemplateCode } from './ids.ts';

/**
 * How an approval stands at the vendor.
 * - running: somebody still has to decide.
 * - approved, refused: decided.
 * - canceled: taken back by whoever asked, also after it was approved.
 * - terminated: ended by anybody else: an administrator, the vendor's own deadline.
 * Anything may follow `approved` once more (taken back), and a vendor may open a terminated one again.
 */
export type ApprovalState = 'running' | 'approved' | 'refused' | 'canceled' | 'terminated';

/** What an event tells of an approval. */
export type ApprovalChange =
  | { readonly of: 'instance'; readonly state: ApprovalState }
  /** One person's part in it: it waits for her, or she has done it. */
  | { readonly of: 'task'; readonly outcome: TaskOutcome; readonly remark?: string };

export type TaskOutcome = 'waiting' | 'approved' | 'refused' | 'handed-on' | 'canceled';

/**
 * What can stand in a field. `note` is shown and takes nothing; `other` is a kind that we do not fill (files, tables, a
 * vendor's own calculations).
 */
export type FieldKind =
  | 'text'
  | 'number'
  | 'date'
  | 'date-range'
  | 'choice'
  | 'choices'
  | 'people'
  | 'departments'
  | 'note'
  | 'other';

export interface FieldOption {
  readonly id: string;
  readonly label: string;
}

/** One field of a form, in our words. */
export interface FormField {
  /** The vendor's. */
  readonly id: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  /** Of `choice` and `choices`. */
  readonly options?: readonly FieldOption[];
  /** Of dates: to the minute, not to the day. */
  readonly toTheMinute?: boolean;
  /** The vendor's word for its kind, for whoever renders or reads it. */
  readonly vendorKind: string;
}

export interface ApprovalTemplate {
  readonly code: TemplateCode;
  readonly name: string;
  readonly fields: readonly FormField[];
}

/**
 * What somebody wants to stand in a field: a text; a number; a date (`2026-05-01`, `2026-05-01T14:30`), or two; an option by its label or
 * id, or several; accounts or departments by their ids.
 */
export type FieldValue = string | number | readonly string[] | { readonly from: string; readonly to: string };

/** By a field's label or id. */
export type FormValues = Readonly<Record<string, FieldValue>>;

/** A value that fits its field. */
export interface FormEntry {
  readonly field: FormField;
  readonly value:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'number'; readonly number: number }
    | { readonly kind: 'date'; readonly date: string }
    | { readonly kind: 'date-range'; readonly from: string; readonly to: string }
    | { readonly kind: 'options'; readonly options: readonly FieldOption[] }
    | { readonly kind: 'ids'; readonly ids: readonly string[] };
}

/** People of whom all, or any one, must agree. */
export interface ApprovalStep {
  readonly who: 'all' | 'any';
  readonly accounts: readonly AccountId[];
}

export interface StartApproval {
  readonly template: TemplateCode;
  readonly form: readonly FormEntry[];
  /** In whose name. */
  readonly by: AccountId;
  /** The same approval has the same key: at most 36 letters, digits and `-`. */
  readonly key: string;
  /** Who decides, one step after the other; absent where the template says so itself. */
  readonly approvers?: readonly ApprovalStep[];
}

/** What one person has decided. */
export interface ApprovalDecision {
  readonly by: AccountId;
  readonly decision: 'approved' | 'refused';
  /** Epoch milliseconds, as exactly as the vendor tells. */
  readonly at: number;
  readonly remark?: string;
}

/** An approval as it stands at the vendor now. */
export interface ApprovalReading {
  readonly state: ApprovalState;
  /** Oldest first. */
  readonly decisions: readonly ApprovalDecision[];
  readonly waitingFor: readonly AccountId[];
}

export interface DecideApproval {
  readonly instance: ApprovalInstance;
  /** In whose name. The vendor believes us, so whoever calls this has to have made sure that it was this person. */
  readonly by: AccountId;
  readonly remark?: string;
}

/**
 * Approvals at one vendor. What a vendor has no API for is absent.
 * Calls throw the codes `approval_…` for what is wrong with the approval, `platform_…` for everything else.
 */
export interface ApprovalPort {
  /** The templates this account may use, as far as the vendor or the settings name them. */
  templates(by: AccountId, signal: AbortSignal): Promise<readonly Pick<ApprovalTemplate, 'code' | 'name'>[]>;
  /** @throws {GatewayError} `approval_template_unknown`. */
  template(code: TemplateCode, signal: AbortSignal): Promise<ApprovalTemplate>;
  start(request: StartApproval, signal: AbortSignal): Promise<ApprovalInstance>;
  /**
   * Approvals that look like what this request would have started, oldest first. Present where the vendor knows no key: after a
   * start whose fate is in doubt, one of these may be it.
   * @param since - Epoch milliseconds.
   */
  find?(request: StartApproval, since: number, signal: AbortSignal): Promise<readonly ApprovalInstance[]>;
  /** @throws {GatewayError} `approval_unknown`. */
  read(instance: ApprovalInstance, signal: AbortSignal): Promise<ApprovalReading>;
  /** @throws {GatewayError} `approval_closed` when nothing in it waits for this person. */
  decide?(decision: DecideApproval & { readonly approve: boolean }, signal: AbortSignal): Promise<void>;
  /** Ends it over everybody's head. @throws {GatewayError} `approval_closed`. */
  terminate?(ending: DecideApproval, signal: AbortSignal): Promise<void>;
  /** Takes it back in the name of whoever asked. @throws {GatewayError} `approval_closed`. */
  cancel?(ending: DecideApproval, signal: AbortSignal): Promise<void>;
}

/**
 * An approval of ours is always in one of these states.
 * - starting: stored, and perhaps at the vendor already. Left by its instance becoming known, or by a refusal.
 * - failed: the vendor has refused it for good; the same key may try again.
 * - the states of {@link ApprovalState}, as the vendor tells.
 */
export type OwnApprovalState = 'starting' | 'failed' | ApprovalState;

/** An approval that we started. */
export interface Approval {
  readonly id: ApprovalId;
  /** Who is called when it is decided: the name of an {@link ApprovalPurpose}. */
  readonly purpose: string;
  /** What whoever asked wants to remember; JSON. */
  readonly subject: unknown;
  readonly channel: ChannelName;
  readonly template: TemplateCode;
  readonly by: AccountId;
  readonly person?: PersonId;
  readonly instance?: ApprovalInstance;
  readonly state: OwnApprovalState;
  /** When it came to that, by the vendor's clock; epoch milliseconds. */
  readonly stateAt: number;
  readonly decisions: readonly ApprovalDecision[];
  /** Whoever asked knows this state. */
  readonly handled: boolean;
  readonly createdAt: number;
  /** Why it failed. */
  readonly code?: FailureCode;
}

/** Something that approvals are asked for: what happens when one is decided. */
export interface ApprovalPurpose {
  readonly name: string;
  /**
   * Called once for every end of an approval, and once more when an approved one is taken back. What it throws is tried again
   * with the event; after a crash while it runs it is called again, so it has to be safe to run twice.
   */
  decided(approval: Approval, signal: AbortSignal): Promise<void>;
}
