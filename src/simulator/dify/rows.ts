import type { DemoApp, FileCategory } from './apps.ts';
import type { GeneratedFile } from './steps.ts';

export interface StoredConversation {
  readonly id: string;
  readonly app: DemoApp;
  readonly user: string;
  name: string;
  /** From when on the model's title, made of that question, replaces `name`; absent where a person chose it. */
  autoName?: { readonly at: number; readonly query: string };
  inputs: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  updatedAt: number;
  readonly messages: StoredMessage[];
}

export interface StoredMessage {
  readonly id: string;
  readonly app: DemoApp;
  readonly user: string;
  readonly conversation: StoredConversation | undefined;
  readonly query: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly files: readonly AttachedFile[];
  readonly createdAt: number;
  /** The row exists from the start of the call; the answer is filled in at its end. */
  answer: string;
  status: 'normal' | 'error' | 'paused';
  error: string | null;
  feedback: { rating: 'like' | 'dislike'; content: string | null; at: number } | undefined;
  citations: readonly object[];
  thoughts: readonly object[];
  answerFiles: readonly GeneratedFile[];
  tokens: number;
  /** How `GET /messages/{id}/suggested` behaves; 'normal' when absent. */
  suggests?: 'none' | 'slow';
}

/** A file that was uploaded, or one that an answer made. */
export interface StoredFile {
  readonly id: string;
  readonly app: DemoApp;
  readonly user: string;
  readonly name: string;
  /** Without the dot, in lower case. */
  readonly extension: string;
  readonly mime: string;
  readonly bytes: Uint8Array;
  readonly createdAt: number;
  /** Set once a message uses it; only then can it be previewed. */
  attached: boolean;
}

/** A file as a question carries it. */
export interface AttachedFile {
  readonly id: string;
  readonly name: string;
  readonly type: FileCategory;
  readonly mime: string;
  readonly method: 'local_file' | 'remote_url';
  readonly url?: string;
  /** Present for uploads. */
  readonly stored?: StoredFile;
}
