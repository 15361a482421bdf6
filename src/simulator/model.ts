import type { DeliveryMark, Words } from './contract.ts';

/** A chat as every vendor keeps it. */
export interface KeptChat<Message> {
  readonly id: string;
  readonly kind: 'direct' | 'group';
  readonly name: Words;
  /** By `SimPerson.id`. */
  readonly people: Set<string>;
  /** Ids of the apps, bots, accounts or robots in it. */
  readonly bots: Set<string>;
  /** Oldest first. */
  readonly messages: Message[];
  activeAt: number;
}

/** A change, and when it was made. */
export type Dated<Change> = Change & { readonly at: number };

/** A message as every vendor keeps it; the vendor's own is beside it. */
export interface KeptMessage<Chat, Sender, Change> {
  readonly id: string;
  readonly chat: Chat;
  readonly from: Sender;
  /** The vendor's word for its kind. */
  readonly type: string;
  readonly createdAt: number;
  /** The message it answers, where the vendor knows. */
  readonly parentId: string | undefined;
  updatedAt: number;
  /** Changes since it was made. */
  updates: number;
  recalledAt: number | undefined;
  delivery: readonly DeliveryMark[];
  /** Each change, oldest first. */
  readonly history: Dated<Change>[];
  version: number;
}
