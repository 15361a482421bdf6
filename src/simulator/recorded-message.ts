import type { Dated, KeptChat, KeptMessage } from './model.ts';

/** A bot's message as it stands when it is looked at; nothing is copied before. */
export abstract class RecordedMessage<Message extends KeptMessage<KeptChat<unknown>, unknown, Change>, Change> {
  protected readonly message: Message;

  constructor(message: Message) {
    this.message = message;
  }

  /** No longer streaming, and not empty. */
  abstract get isSettled(): boolean;
  /** What one can read in it. */
  abstract get text(): string;

  get messageId(): string {
    return this.message.id;
  }
  get chatId(): string {
    return this.message.chat.id;
  }
  get chatKind(): 'direct' | 'group' {
    return this.message.chat.kind;
  }
  /** Who reads it: one person, or a group; by `SimPerson.id`. */
  get people(): readonly string[] {
    return [...this.message.chat.people];
  }
  /** The message it answers, where the vendor knows. */
  get parentId(): string | undefined {
    return this.message.parentId;
  }
  /** The vendor's word for its kind. */
  get type(): string {
    return this.message.type;
  }
  get sentAt(): number {
    return this.message.createdAt;
  }
  get updatedAt(): number {
    return this.message.updatedAt;
  }
  get isRecalled(): boolean {
    return this.message.recalledAt !== undefined;
  }
  /** Changes since it was made, of every kind. */
  get updates(): number {
    return this.message.updates;
  }
  /** Each change, oldest first; empty when the simulator was told not to keep them. */
  get history(): readonly Dated<Change>[] {
    return this.message.history;
  }
}
