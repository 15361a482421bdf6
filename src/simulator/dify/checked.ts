import type { AttachedFile, StoredConversation } from './rows.ts';

/** A question that has passed every check. */
export interface Checked {
  readonly query: string;
  readonly user: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly files: readonly AttachedFile[];
  readonly streaming: boolean;
  /** A new one is made when absent, in modes that have conversations. */
  readonly conversation: StoredConversation | undefined;
  readonly autoName: boolean;
}
