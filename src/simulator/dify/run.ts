import type { AppMode, DemoApp } from './apps.ts';
import { FLOW_MODES } from './apps.ts';
import type { StandInClock } from './clock.ts';
import type { EventStream } from './event-stream.ts';
import type { Flavour } from './flavours.ts';
import type { StoredMessage } from './rows.ts';
import type { GeneratedFile, HumanForm } from './steps.ts';

export type RunStatus = 'running' | 'paused' | 'succeeded' | 'failed' | 'stopped';

/** How a run ended, for the one who waits for it without a stream. */
export interface RunFailure {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
}

/** A form that waits for a person, or has been answered. */
export interface OpenForm {
  readonly id: string;
  readonly token: string;
  readonly form: HumanForm;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  state: 'open' | 'submitted' | 'expired';
  cancelTimeout?: () => void;
}

/** What a run is made from. */
export interface RunParts {
  readonly app: DemoApp;
  readonly user: string;
  readonly endUserId: string;
  readonly flavour: Flavour;
  readonly clock: StandInClock;
  readonly taskId: string;
  readonly workflowRunId: string;
  readonly message: StoredMessage;
  readonly streaming: boolean;
}

/**
 * One run of an app, apart from any connection: it goes on when nobody listens any more, as in Dify.
 *
 * - running: left by its last step, a stop, a failure or a form.
 * - paused: waits for a person. Left to running by a submission, or by the form's time running out.
 * - succeeded, failed, stopped: over.
 */
export class Run {
  readonly app: DemoApp;
  readonly user: string;
  readonly endUserId: string;
  readonly flavour: Flavour;
  readonly clock: StandInClock;
  readonly taskId: string;
  readonly workflowRunId: string;
  readonly message: StoredMessage;
  readonly streaming: boolean;
  readonly startedAt: number;
  /** Runs in a worker, its events relayed. */
  readonly relayed: boolean;

  status: RunStatus = 'running';
  /** What was said so far. */
  answer = '';
  failure: RunFailure | undefined;
  steps = 0;
  finishedAt: number | undefined;
  form: OpenForm | undefined;
  files: GeneratedFile[] = [];
  /** Frames of nodes and of the start, for those who join later and ask for them. */
  replay: string[] = [];
  /** A stop has no effect on it. */
  unstoppable = false;
  /** Called once, when the run is over or paused. */
  onRest: (() => void) | undefined;

  private readonly listeners: EventStream[] = [];
  private stopAsked = false;
  private wake: (() => void) | undefined;

  constructor(parts: RunParts) {
    this.app = parts.app;
    this.user = parts.user;
    this.endUserId = parts.endUserId;
    this.flavour = parts.flavour;
    this.clock = parts.clock;
    this.taskId = parts.taskId;
    this.workflowRunId = parts.workflowRunId;
    this.message = parts.message;
    this.streaming = parts.streaming;
    this.startedAt = parts.clock.now();
    this.relayed = parts.flavour.relay && parts.streaming && FLOW_MODES.includes(parts.app.mode);
  }

  get mode(): AppMode {
    return this.app.mode;
  }

  get over(): boolean {
    return this.status !== 'running' && this.status !== 'paused';
  }

  get stopping(): boolean {
    return this.stopAsked && !this.unstoppable;
  }

  listen(stream: EventStream): void {
    this.listeners.push(stream);
    stream.onClose = () => {
      const at = this.listeners.indexOf(stream);
      if (at >= 0) this.listeners.splice(at, 1);
    };
  }

  send(frame: string): void {
    for (const stream of this.listeners) stream.send(frame);
  }

  flush(): void {
    for (const stream of this.listeners) stream.flush();
  }

  writeBytes(bytes: Uint8Array): void {
    for (const stream of this.listeners) stream.writeBytes(bytes);
  }

  /** Ends every stream; the run itself may go on. */
  endStreams(how: 'end' | 'cut' = 'end'): void {
    for (const stream of this.listeners.slice()) stream[how]();
  }

  /** Takes effect at the next step. */
  stop(): void {
    this.stopAsked = true;
    if (!this.unstoppable) this.wake?.();
  }

  /** Waits `ms`, or less when a stop comes. Everything said before is on the wire by then. */
  async wait(ms: number): Promise<void> {
    this.flush();
    if (this.stopping) return;
    await new Promise<void>((done) => {
      const cancel = this.clock.after(ms, done);
      this.wake = () => {
        cancel();
        done();
      };
    });
    this.wake = undefined;
  }

  rest(status: RunStatus): void {
    this.status = status;
    if (status !== 'paused') this.finishedAt = this.clock.now();
    const told = this.onRest;
    this.onRest = undefined;
    told?.();
  }

  get elapsedSeconds(): number {
    return ((this.finishedAt ?? this.clock.now()) - this.startedAt) / 1000;
  }
}
