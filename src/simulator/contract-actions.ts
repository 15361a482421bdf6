import type { PostNode } from './contract-messages.ts';
import type { PlatformKind, Words } from './contract-people.ts';

interface Doing {
  readonly platform: PlatformKind;
  /** `SimPerson.id` */
  readonly person: string;
}

interface Sending extends Doing {
  readonly chat: string;
  /** Answer or quote this message. */
  readonly replyTo?: string;
  /** Write in this topic. */
  readonly thread?: string;
  /** Together with `replyTo`: open (or go on in) the topic of that message. */
  readonly inThread?: boolean;
}

export type SimAction =
  /**
   * Mentions stand in `text` as `@{…}` with the id of a person or an app, or `all`: `"@{cli_…} hello"`. In the vendor's
   * payload they become what the vendor writes there.
   */
  | (Sending & { readonly type: 'send-text'; readonly text: string })
  | (Sending & {
      readonly type: 'send-post';
      readonly title?: string;
      readonly paragraphs: readonly (readonly PostNode[])[];
    })
  /** `resource` is the key of an uploaded `SimResource` or of one of {@link SimSnapshot.samples}. */
  | (Sending & {
      readonly type: 'send-image' | 'send-file' | 'send-video';
      readonly resource: string;
      readonly durationMs?: number;
    })
  | (Sending & { readonly type: 'send-audio'; readonly resource: string; readonly durationMs: number })
  | (Sending & { readonly type: 'send-sticker' })
  /** Several messages, forwarded as one. */
  | (Sending & { readonly type: 'send-forward'; readonly messages: readonly string[] })
  | (Doing & { readonly type: 'edit'; readonly message: string; readonly text: string })
  | (Doing & { readonly type: 'recall'; readonly message: string })
  | (Doing & { readonly type: 'react' | 'unreact'; readonly message: string; readonly emoji: string })
  | (Doing & { readonly type: 'read'; readonly message: string })
  /** Presses a button, chooses an option or submits a form of a card. */
  | (Doing & CardPress & { readonly type: 'press'; readonly message: string })
  /** Presses one of `SimMessage.followUps`. */
  | (Doing & { readonly type: 'follow-up'; readonly message: string; readonly index: number })
  /** Opens the direct chat with a bot; made when there is none yet. */
  | (Doing & { readonly type: 'enter'; readonly app: string })
  | (Doing & { readonly type: 'menu'; readonly app: string; readonly key: string })
  | (Doing & { readonly type: 'add-bot' | 'remove-bot'; readonly chat: string; readonly app: string })
  | (Doing & {
      readonly type: 'create-group';
      readonly name: string;
      readonly people: readonly string[];
      readonly bots: readonly string[];
      readonly topics?: boolean;
    })
  /** Sends the same message again, as the vendor does when it is in doubt: same message, new delivery. */
  | (Doing & { readonly type: 'redeliver'; readonly message: string })
  /** Decides an approval that waits for this person, or takes back what she has asked for; see {@link SIM_PATHS.approvals}. */
  | (Doing & {
      readonly type: 'approval';
      readonly approval: string;
      readonly act: 'approve' | 'refuse' | 'withdraw';
      readonly remark?: string;
    })
  /** A delivery that an attacker made; nothing of it appears in the chat. */
  | (Doing & {
      readonly type: 'forge';
      readonly app: string;
      readonly chat?: string;
      readonly variant: ForgeVariant;
      readonly text?: string;
    });

/** What an administrator does in the vendor's back office; apps are told as the vendor tells them. */
export type SimStaffAction = (SimStaffChange | SimDepartmentChange) & {
  /** Nobody is told: as when an event is lost, or was never asked for. */
  readonly silent?: boolean;
};

/** `suspend` shuts a member out, `return` lets her in again; `move` needs the numbers of the departments she is in from now on. */
type SimStaffChange = Doing & {
  readonly type: 'staff';
  readonly act: 'leave' | 'suspend' | 'return' | 'move';
  readonly departments?: readonly number[];
};

/** Departments have the same numbers at all vendors; 1 is the company. `save` makes one, or changes its name or its place. */
type SimDepartmentChange = Doing & {
  readonly type: 'department';
  readonly act: 'save' | 'remove';
  readonly department: number;
  readonly name?: string;
  readonly parent?: number;
};

/** What was pressed, in the card's own terms. */
export interface CardPress {
  /** The element's tag (`button`, `select_static`, …). */
  readonly tag: string;
  /** Its `element_id` or `name`, where it has one. */
  readonly element?: string;
  readonly name?: string;
  /** Its callback value, as it stands in the card. */
  readonly value?: unknown;
  readonly formValue?: Readonly<Record<string, unknown>>;
  readonly inputValue?: string;
  readonly option?: string;
  readonly options?: readonly string[];
  readonly checked?: boolean;
}

/**
 * - signature: signed over something else; timestamp: right signature, an hour old; key: encrypted and signed with
 *   another key; nonce: yesterday's real delivery again, byte for byte; unsigned: no signature headers; token: wrong
 *   verification token; app: another app's id.
 */
export type ForgeVariant = 'signature' | 'timestamp' | 'key' | 'nonce' | 'unsigned' | 'token' | 'app';

export type SimActionResult =
  | {
      readonly ok: true;
      /** The message that was written. */
      readonly message?: string;
      /** The chat that was entered or made. */
      readonly chat?: string;
      /** What the person sees after a press. */
      readonly toast?: SimToast;
      /** HTTP status the gateway gave to a forged delivery; 0 when it cut the line. */
      readonly status?: number;
      /** How long the gateway took to answer. */
      readonly ms?: number;
    }
  | {
      readonly ok: false;
      /** The vendor's number where the vendor shows one to the person (`200341`), else a word of ours. */
      readonly error: { readonly code: string; readonly text: Words };
    };

export interface SimToast {
  readonly kind: 'info' | 'success' | 'warning' | 'error';
  readonly text: string;
}

/** An approval as the company's back office has it. */
export interface SimApproval {
  readonly platform: PlatformKind;
  /** The vendor's name for it. */
  readonly id: string;
  readonly title: string;
  /** `SimPerson.id` */
  readonly askedBy: string;
  /** What was asked, field by field. */
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  readonly state: 'running' | 'approved' | 'refused' | 'withdrawn' | 'ended';
  /** Who has to decide now, by `SimPerson.id`. */
  readonly waitingFor: readonly string[];
  readonly at: number;
}
