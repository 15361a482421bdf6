import type { PlatformKind } from './contract-people.ts';

interface Doing {
  readonly platform: 'dingtalk';
  /** `SimPerson.id` */
  readonly person: string;
}

/** What people do in DingTalk beside {@link SimAction}. */
export type SimDingtalkAction =
  /** Asks for something to be approved; `values` by the labels of {@link SimApprovalForm.fields}. */
  Doing & { readonly type: 'start-approval'; readonly form: string; readonly values: Readonly<Record<string, string>> };

/** Something that can be asked for, and what has to be filled in. */
export interface SimApprovalForm {
  readonly platform: PlatformKind;
  /** `PROC-…` */
  readonly id: string;
  readonly name: string;
  readonly fields: readonly {
    readonly label: string;
    readonly kind: 'line' | 'text' | 'number' | 'choice';
    /** Of a choice. */
    readonly options: readonly string[];
    readonly required: boolean;
  }[];
}

/** What an organisation has used of its month, over all its apps. */
export interface SimQuota {
  readonly platform: PlatformKind;
  /** `2026-01`, by the vendor's time. */
  readonly month: string;
  readonly calls: number;
  readonly callLimit: number;
  readonly pushes: number;
  readonly pushLimit: number;
  /** Calls that were refused because nothing was left. */
  readonly refused: number;
  /** Pushes that came stripped of their content. */
  readonly stripped: number;
}

/**
 * What `SimCard.json` holds on DingTalk, where only the vendor knows what a template looks like: under names of ours, with
 * people by `SimPerson.id` and pictures by their key in `SimCard.images`.
 */
export type DingtalkCardJson =
  | DingtalkAiCard
  | DingtalkActionCard
  | DingtalkLinkCard
  | DingtalkFeedCard
  | DingtalkOaCard
  | DingtalkApprovalCard;

export interface DingtalkButton {
  readonly text: string;
  /** What a press calls back with; absent on a link. */
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  /** The vendor's word (`blue`, `gray`). */
  readonly color?: string;
}

export interface DingtalkAiCard {
  readonly look: 'ai';
  /** The vendor's id of the template. */
  readonly template: string;
  readonly state: 'waiting' | 'input' | 'finished' | 'failed';
  readonly title: string;
  readonly text: string;
  /** A line below the text, for all or for one person only. */
  readonly note: string;
  readonly notes: Readonly<Record<string, string>>;
  /** Who is called by it; `all` for everybody. */
  readonly called: readonly string[];
  readonly buttons: readonly DingtalkButton[];
}

export interface DingtalkActionCard {
  readonly look: 'action';
  readonly title: string;
  readonly text: string;
  /** Whether the buttons stand side by side. */
  readonly across: boolean;
  readonly buttons: readonly DingtalkButton[];
}

export interface DingtalkLinkCard {
  readonly look: 'link';
  readonly title: string;
  readonly text: string;
  readonly url: string;
}

export interface DingtalkFeedCard {
  readonly look: 'feed';
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

export interface DingtalkOaCard {
  readonly look: 'oa';
  readonly head: string;
  /** CSS colour; '' for the vendor's own. */
  readonly headColor: string;
  readonly title: string;
  readonly form: readonly DingtalkFormValue[];
  readonly rich: { readonly number: string; readonly unit: string } | undefined;
  readonly text: string;
  readonly author: string;
  readonly status: string;
  readonly url: string;
}

export interface DingtalkFormValue {
  readonly name: string;
  readonly value: string;
}

/**
 * An approval as it stands with one person. `agree` and `refuse` are pressed by {@link DingtalkButton.id} with the remark as
 * `inputValue`, as are `withdraw` and `remark`.
 */
export interface DingtalkApprovalCard {
  readonly look: 'approval';
  /** `PROC-…` and the instance's id. */
  readonly process: string;
  readonly instance: string;
  /** The number people call it by. */
  readonly number: string;
  readonly title: string;
  /** In one line, as in the list of chats. */
  readonly summary: string;
  /** Who asks, by her name and by `SimPerson.id`. */
  readonly by: string;
  readonly originator: string;
  /** Whether the reader asks, or is asked. */
  readonly role: 'originator' | 'approver';
  /** The reader's own task; of the originator, the whole instance. */
  readonly state: 'waiting' | 'agree' | 'refuse' | 'redirected' | 'cancelled' | 'withdrawn';
  readonly text: string;
  readonly form: readonly DingtalkFormValue[];
  readonly steps: readonly DingtalkApprovalStep[];
  readonly buttons: readonly DingtalkButton[];
}

/** One thing that happened, that is awaited, or that will come. */
export interface DingtalkApprovalStep {
  readonly kind: 'started' | 'agree' | 'refuse' | 'redirected' | 'remark' | 'withdrawn' | 'waiting' | 'later';
  readonly people: readonly string[];
  /** Of several: all have to agree, or one of them. */
  readonly needs: 'all' | 'one';
  readonly at?: number;
  readonly remark?: string;
}
