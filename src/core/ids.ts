/** A string that may not be swapped for another kind of string. */
export type Id<Name extends string> = string & { readonly [brand]: Name };
declare const brand: unique symbol;

/** One app at one vendor, as the operator named it in the settings (`feishu`, `feishu-hr`); unique in a gateway. */
export type ChannelName = Id<'ChannelName'>;
/** One account as one app sees it (a Feishu `open_id`, a WeCom `userid`); means nothing to another app. */
export type AccountId = Id<'AccountId'>;
/** A chat as the vendor names it, in full (a Feishu `oc_…`); direct chats have one too. */
export type ChatId = Id<'ChatId'>;
/** A topic inside a chat. */
export type ThreadId = Id<'ThreadId'>;
/** A message as the vendor names it. */
export type MessageId = Id<'MessageId'>;
/** What makes two deliveries the same event: a Feishu `message_id`, a WeCom `MsgId`; each `events.ts` knows its own. */
export type EventKey = Id<'EventKey'>;
/** What is worked off in order, one thing at a time: a conversation, or a single button press. See `core/lane.ts`. */
export type Lane = Id<'Lane'>;
/** A human being, on however many platforms. */
export type PersonId = Id<'PersonId'>;
/** One dialogue of one person (or group) with one agent. */
export type SessionId = Id<'SessionId'>;
/** The record of two persons that were made one. */
export type MergeId = Id<'MergeId'>;
/** One question and its answer; what a card's buttons carry. */
export type TurnId = Id<'TurnId'>;
/** An agent, as the operator named it in the settings. */
export type AgentName = Id<'AgentName'>;
/** An approval that we started, by what it is for and whose key it has; ours, not the vendor's. */
export type ApprovalId = Id<'ApprovalId'>;
/** A running or finished approval as the vendor names it (a DingTalk `processInstanceId`, a WeCom `sp_no`). */
export type ApprovalInstance = Id<'ApprovalInstance'>;
/** A form with its flow as the vendor names it (a DingTalk `processCode`, a WeCom `template_id`). */
export type TemplateCode = Id<'TemplateCode'>;
/** A message that nobody asked for, to all its receivers; made of the key that its caller gave. */
export type PushId = Id<'PushId'>;
/** What makes two sendings the same message to the vendor (Feishu `uuid`): at most 50 characters. */
export type SendKey = Id<'SendKey'>;

/** Says that a string is an id of the kind the caller expects; used only where a string enters the domain. */
export function id<Kind extends Id<string>>(text: string): Kind {
  return text as Kind;
}
