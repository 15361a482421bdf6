import type { DemoApp, FileCategory } from './apps.ts';
import type { Chance } from './chance.ts';
import type { Run } from './run.ts';
import type { GeneratedFile } from './steps.ts';

export interface StoredConversation {
  readonly id: string;
  readonly app: DemoApp;
  readonly user: string;
  name: string;
  /** When the title written by the model replaces `name`; absent where a person chose it. */
  autoName?: { readonly at: number; readonly title: string };
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

/** Files and runs that are over are kept up to these numbers, the oldest go first; messages are all kept. */
const MAX_FILES = 500;
const MAX_FINISHED_RUNS = 10_000;

/** Everything the stand-in remembers. In memory only. */
export class Store {
  readonly conversations = new Map<string, StoredConversation>();
  readonly messages = new Map<string, StoredMessage>();
  readonly files = new Map<string, StoredFile>();
  /** Runs that are not over, by task id; one that waits for a person is among them. */
  readonly tasks = new Map<string, Run>();
  /** All runs of chatflows and workflows, by workflow run id. */
  readonly runs = new Map<string, Run>();
  /** Forms that wait or have waited for a person, by token: the run they belong to. */
  readonly forms = new Map<string, Run>();
  private readonly endUsers = new Map<string, string>();
  private readonly chance: Chance;

  constructor(chance: Chance) {
    this.chance = chance;
  }

  /** Unique per app and `user`, as Dify's end users are. */
  endUserId(app: DemoApp, user: string): string {
    const key = `${app.id}\n${user}`;
    const known = this.endUsers.get(key);
    if (known !== undefined) return known;
    const id = this.chance.uuid();
    this.endUsers.set(key, id);
    return id;
  }

  /** One that belongs to somebody else is as unknown as one that never was. */
  conversation(id: string, app: DemoApp, user: string): StoredConversation | undefined {
    const found = this.conversations.get(id);
    return found?.app.id === app.id && found.user === user ? found : undefined;
  }

  message(id: string, app: DemoApp, user: string): StoredMessage | undefined {
    const found = this.messages.get(id);
    return found?.app.id === app.id && found.user === user ? found : undefined;
  }

  addMessage(message: StoredMessage): void {
    this.messages.set(message.id, message);
    message.conversation?.messages.push(message);
  }

  removeConversation(conversation: StoredConversation): void {
    this.conversations.delete(conversation.id);
    for (const message of conversation.messages) this.messages.delete(message.id);
  }

  addFile(file: StoredFile): void {
    this.files.set(file.id, file);
    dropOldest(this.files, MAX_FILES);
  }

  /** Forgets old runs that nobody can ask about any more. */
  trimRuns(): void {
    if (this.runs.size <= MAX_FINISHED_RUNS) return;
    for (const [id, run] of this.runs) {
      if (this.runs.size <= MAX_FINISHED_RUNS) return;
      if (run.over) this.runs.delete(id);
    }
  }

  clear(): void {
    for (const map of [this.conversations, this.messages, this.files, this.tasks, this.runs, this.forms]) map.clear();
  }
}

function dropOldest(map: Map<string, unknown>, keep: number): void {
  for (const key of map.keys()) {
    if (map.size <= keep) return;
    map.delete(key);
  }
}
