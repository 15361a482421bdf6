import type { AgentName } from './ids.ts';
import type { InLanguages, Lang } from './lang.ts';
import type { AnswerButton, Choice } from './push-question.ts';

export type FileKind = 'image' | 'file' | 'audio' | 'video';

/** A file somebody sent; fetched only when the agent wants it. */
export interface InputFile {
  readonly name: string;
  readonly kind: FileKind;
  /** @throws {GatewayError} `file_gone`, `file_too_large` or what the platform's call ended in. */
  open(signal: AbortSignal): Promise<FileContent>;
}

/** The bytes of a file, whole; platforms cap them at 100 MB, we at the agent's own limit. */
export interface FileContent {
  readonly bytes: Uint8Array;
  readonly mime: string;
  /** The name the download gave, where it is better than the one we had. */
  readonly name?: string;
}

/** One question to an agent. */
export interface Ask {
  /** The agent's name for the person: opaque, stable for a session, no personal data. */
  readonly user: string;
  /** The agent's own id of the running dialogue; absent for a new one. */
  readonly conversation?: string;
  readonly text: string;
  readonly files: readonly InputFile[];
  /** Who asks and where, for agents that declare such variables (`user_name`, `platform`, `chat_kind`, `lang`). */
  readonly inputs: Readonly<Record<string, string>>;
  readonly lang: Lang;
  /** What was said before, in short, for an agent that has forgotten the dialogue: it goes with the question. */
  recap?(): Promise<string | undefined>;
  /** Called before the first text by an agent that keeps all it tells anyway, so that nobody has to keep it a second time. */
  keptBy?(telling: Telling): void;
}

/** What an agent has told of an answer so far: all its text in one piece. Goes on as long as its run. */
export interface Telling {
  readonly told: string;
}

/** What identifies a run at the agent's side, as far as it is known; stored before its first text is shown. */
export interface AgentRun {
  readonly user: string;
  readonly conversation?: string;
  /** The handle to stop it. */
  readonly task?: string;
  /** The handle to rate it and to read it again. */
  readonly message?: string;
  /** The handle of a workflow's run, where there is one. */
  readonly workflow?: string;
}

/** A source the answer rests on. Its content stays where it is: the reader may not be allowed to see it. */
export interface Citation {
  readonly title: string;
  readonly url?: string;
}

/** One step of thinking or one use of a tool; the same `id` again replaces the former. */
export interface Thought {
  readonly id: string;
  readonly kind: 'thinking' | 'tool' | 'step';
  /** For `thinking` its text, else the name of the tool or step. */
  readonly text: string;
  readonly state: 'running' | 'done' | 'failed';
}

/** A file the agent made. Its address lives for minutes only (Dify: 300 s), so it is fetched at once. */
export interface AnswerFile {
  readonly kind: FileKind;
  readonly name: string;
  readonly url: string;
}

/** What an agent says while it works, in order. Ends after `done`; a failure is thrown as a `GatewayError`. */
export type AgentEvent =
  | {
      readonly kind: 'started';
      readonly run: AgentRun /** It no longer knew the dialogue and began a new one. */;
      readonly forgotten: boolean;
    }
  | { readonly kind: 'text'; readonly delta: string }
  /** Everything said so far is taken back and replaced. */
  | { readonly kind: 'replaced'; readonly text: string }
  | { readonly kind: 'thought'; readonly thought: Thought }
  | { readonly kind: 'citations'; readonly citations: readonly Citation[] }
  | { readonly kind: 'file'; readonly file: AnswerFile }
  | { readonly kind: 'usage'; readonly tokens: number }
  | Paused
  /** `succeeded`: it says of itself that its work is done, so that having said nothing is no failure. */
  | { readonly kind: 'done'; readonly stopped: boolean; readonly succeeded?: true };

/** The agent waits for a person to fill in a form. */
export interface Paused {
  readonly kind: 'paused';
  /** What the form says. */
  readonly text: string;
  /** Absent where only the agent's own page can take it. */
  readonly form?: AgentForm;
}

/** A form that is filled in by choosing and pressing. */
export interface AgentForm {
  /** The agent's own name for it. */
  readonly token: string;
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly answers: readonly AnswerButton[];
  /** What fills itself in, by name. */
  readonly preset: Readonly<Record<string, string>>;
}

/** What somebody has filled in. */
export interface FilledForm {
  readonly token: string;
  /** The button that was pressed. */
  readonly answer: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What came of a form that was filled in. */
export type AfterForm =
  | Extract<Recovered, { readonly kind: 'finished' }>
  /** Another form follows. */
  | Paused
  /** Its time was over. */
  | { readonly kind: 'expired' };

export type Hear = (event: AgentEvent) => void;

/** What became of a run whose stream we lost. */
export type Recovered =
  | {
      readonly kind: 'finished';
      readonly answer: string;
      readonly citations: readonly Citation[];
      readonly files: readonly AnswerFile[];
      /** What it has cost, where the agent still knows. */
      readonly tokens?: number;
      /** As in `done`. */
      readonly succeeded?: true;
    }
  | { readonly kind: 'running' }
  | { readonly kind: 'lost' };

/** What an agent says of itself before anybody asks. */
export interface AgentProfile {
  readonly opening?: string;
  readonly suggested: readonly string[];
  /** The kinds of files it takes; empty for an agent that only reads. */
  readonly takes: readonly FileKind[];
}

export type Rating = 'up' | 'down' | 'none';

/** An AI application as the gateway sees it. Every method may throw a `GatewayError` with one of the `agent_…` codes. */
export interface Agent {
  readonly name: AgentName;
  /** What people read as the answerer's name. */
  readonly title: string;
  /** Most runs at once; more wait in line and are told their place. */
  readonly maxConcurrent: number;
  /**
   * Asks, and tells what the agent says in the moment in which it comes; resolves after `done`. Told, not fetched: who waits for each piece of a
   * thousand answers holds some ten promises for each of them.
   *
   * @param hear - Must not throw.
   */
  run(ask: Ask, hear: Hear, signal: AbortSignal): Promise<void>;
  /** Ends a run; the partial answer stays. Succeeds when the run is over already. */
  stop?(run: AgentRun, signal: AbortSignal): Promise<void>;
  /** Hands a form in and waits for what comes of it. Safe to call twice: one that is handed in already is waited for. */
  fill?(run: AgentRun, form: FilledForm, lang: Lang, signal: AbortSignal): Promise<AfterForm>;
  /** Looks up a run whose stream was lost, so that nobody is asked twice. */
  recover?(run: AgentRun, signal: AbortSignal): Promise<Recovered>;
  /** @param why - In words, where somebody said it; what was said before is replaced with the rating. */
  rate?(run: AgentRun, rating: Rating, signal: AbortSignal, why?: string): Promise<void>;
  /** Whether it makes suggestions at all, where that is known without asking it. */
  readonly suggests?: boolean | undefined;
  /** Questions one may ask next; empty where the app has none. */
  suggest?(run: AgentRun, signal: AbortSignal): Promise<readonly string[]>;
  profile?(signal: AbortSignal): Promise<AgentProfile>;
  /** Tries the credentials and the app; one sentence a fault, with what to change. */
  check?(signal: AbortSignal): Promise<readonly InLanguages[]>;
  close?(): Promise<void>;
}
