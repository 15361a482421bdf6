import type { DemoApp } from './apps.ts';
import type { Chance } from './chance.ts';
import type { StoredConversation, StoredFile, StoredMessage } from './rows.ts';
import type { Run } from './run.ts';

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
