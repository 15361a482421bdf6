import type { AccessRules } from '../core/access.ts';
import type { Agent } from '../core/agent.ts';
import type { ApprovalPurpose } from '../core/approvals.ts';
import type { Clock } from '../core/clock.ts';
import type { Directory } from '../core/directory.ts';
import type { StorableEvent } from '../core/event.ts';
import type { Fleet } from '../core/fleet.ts';
import type { AgentName, ChannelName, Lane } from '../core/ids.ts';
import type { GroupScope } from '../core/lane.ts';
import type { Log } from '../core/log.ts';
import type { Attribute } from '../core/members.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Platform } from '../core/platform.ts';
import type { Pusher, PushTo } from '../core/push.ts';
import type { PushPurpose } from '../core/push-question.ts';
import type { Route } from '../core/routes.ts';
import type { InboxRow, Store } from '../core/store.ts';
import type { Traced, Tracer } from '../core/tracer.ts';
import type { Guards } from '../guard/guards.ts';
import type { Semaphore } from '../lib/semaphore.ts';
import type { Leases } from '../queue/leases.ts';
import type { Scheduler } from '../queue/scheduler.ts';
import type { FinalGate } from '../replies/final-gate.ts';
import type { FrameGate } from '../replies/frame-gate.ts';
import type { CurrentRules } from '../rights/current-rules.ts';
import type { ApprovalDesk } from './approvals/desk.ts';
import type { DirectoryWatch } from './directory/watch.ts';
import type { People } from './identify.ts';
import type { Looks } from './looks.ts';
import type { Recaps } from './recap.ts';
import type { RunningTurns } from './running.ts';
import type { GroupScopes } from './scopes.ts';

/** How one channel is to behave. */
export interface ChannelRules {
  readonly agent: AgentName;
  readonly scope: GroupScope;
  /** In groups: answer only when mentioned, or everything. */
  readonly answer: 'mentioned' | 'always';
}

/** An agent with the line in front of it. */
export interface StaffedAgent {
  readonly agent: Agent;
  readonly line: Semaphore;
}

/** How far companies' directories are gone by. */
export interface DirectoryRules {
  /** Attributes by which two accounts are one person's. */
  readonly trust: readonly Attribute[];
  /** How long what a directory says of somebody is gone by. */
  readonly refreshMs: number;
  /** How often the whole of it is read; 0 for never. */
  readonly syncMs: number;
}

export interface PipelineOptions {
  /** A session unused for longer is over. */
  readonly sessionIdleMs: number;
  /** A message older than this is closed politely instead of being answered. */
  readonly answerWithinMs: number;
  /** How long the agent may be silent before the person sees that it works. */
  readonly firstFrameMs: number;
  /** Tries before an item becomes a dead letter. */
  readonly maxAttempts: number;
  /** How long a run that was lost in a restart is looked after before it counts as interrupted. */
  readonly recoverWithinMs: number;
  /** Who may do what a group's owner may, among others whom the operator has named. */
  readonly administrators?: readonly PushTo[];
  /** How people are known by their company's directory; absent where it is not asked. */
  readonly directory?: DirectoryRules;
}

/** Everything a step of the pipeline may use; made once by `app/start-app.ts`. */
export interface PipelineParts {
  readonly store: Store;
  readonly platforms: ReadonlyMap<ChannelName, Platform>;
  /** Robots that only speak, beside what platforms push themselves. */
  readonly robots?: ReadonlyMap<ChannelName, Pusher>;
  readonly agents: ReadonlyMap<AgentName, StaffedAgent>;
  readonly rules: ReadonlyMap<ChannelName, ChannelRules>;
  /** Which agent answers what, before the channel's own; tried in order. */
  readonly routes?: readonly Route[];
  /** Who may do what. */
  readonly rights: CurrentRules;
  /** Who decides about requests for access; absent where nobody is named. */
  readonly access?: AccessRules;
  /** What is known of people's departments; absent where nobody knows. */
  readonly directory?: Directory;
  /** Asks companies' directories. */
  readonly watch: DirectoryWatch;
  readonly people: People;
  readonly scopes: GroupScopes;
  readonly recaps: Recaps;
  readonly running: RunningTurns;
  readonly looks: Looks;
  readonly leases: Leases;
  readonly gate: FrameGate;
  readonly finals: FinalGate;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  /** What goes to a platform passes one of them; what goes to an agent too, where the operator wants it. */
  readonly guards: Guards;
  /** Asks people for approval; what is asked for is told through `purposes`. */
  readonly approvals: ApprovalDesk;
  /** Who is called when an approval has ended, by name. */
  readonly purposes: ReadonlyMap<string, ApprovalPurpose>;
  /** Who is called when somebody answers what was pushed, by name. */
  readonly pushPurposes: ReadonlyMap<string, PushPurpose>;
  readonly random: () => number;
  readonly options: PipelineOptions;
  /** The processes of this gateway, this one included. */
  readonly fleet: Fleet;
  /** Tells one of those who work that a lane has work. */
  readonly wake: (lane: Lane) => void;
  /** Begins a lane with what is being stored for it, where this process keeps its lanes and can do so at once. */
  readonly begin: Scheduler['begin'];
  /** Tells the scheduler when something becomes due. */
  readonly remind: (at: number) => void;
}

/** An inbox row whose event is of a known kind. */
export type RowOf<Kind extends StorableEvent['kind']> = InboxRow & {
  readonly event: Extract<StorableEvent, { kind: Kind }>;
};

/** What the steps of an event are joined by in a trace. */
export function traceOf(event: StorableEvent): Traced {
  const message = event.kind === 'message' ? event.message : undefined;
  return { channel: event.to.channel, key: event.key, ...(message !== undefined && { message }) };
}
