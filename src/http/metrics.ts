import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ReplyWay } from '../core/budget.ts';
import type { ChannelName } from '../core/ids.ts';
import type { Metrics } from '../core/metrics.ts';
import type { ConnectionState } from '../core/platform.ts';
import type { Depth } from '../core/upkeep-store.ts';
import * as counts from './counts.ts';
import { METRICS, type MetricName } from './metric-list.ts';

/** What is asked when somebody reads `/metrics`, rather than kept up to date all the time. */
export interface MetricSources {
  readonly depth: () => Promise<Depth>;
  /** Conversations that are being worked on now. */
  readonly activeLanes: () => number;
  /** What the vendors count of each app this month. */
  readonly budgets?: () => readonly BudgetView[];
  readonly connections: () => readonly { readonly channel: ChannelName; readonly connection?: ConnectionState }[];
}

/** What a vendor counts of an app this month. */
export interface BudgetView {
  readonly channel: ChannelName;
  readonly plan: { readonly calls: number; readonly pushes: number };
  /** By kind; those of pushes begin with `push.`. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly way: ReplyWay;
}

export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** From now on these are read with each scrape. */
  watch(sources: MetricSources): void;
  /** The exposition text. What a source fails to tell is left out. */
  render(): Promise<string>;
}

/** From half a millisecond to ten minutes: one set of borders for acks, frames, calls and turns. */
const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180, 600];

/** Metrics on prom-client, with a registry of their own: two gateways in one process do not add up. */
export function createMetrics(): PrometheusMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = (name: MetricName) => counts.counter(registry, name);
  const histogram = (name: MetricName) => counts.histogram(registry, name, SECONDS);
  const gauge = (name: MetricName) => new Gauge({ ...definition(name), registers: [registry] });

  const deliveries = counter('posthouse_deliveries_total');
  const acks = histogram('posthouse_ack_seconds');
  const events = counter('posthouse_events_total');
  const duplicates = counter('posthouse_duplicates_total');
  const turns = counter('posthouse_turns_total');
  const turnTimes = histogram('posthouse_turn_seconds');
  const firstFrames = histogram('posthouse_first_frame_seconds');
  const finalFrames = histogram('posthouse_final_frame_seconds');
  const calls = counter('posthouse_vendor_calls_total');
  const callTimes = histogram('posthouse_vendor_call_seconds');
  const agentCalls = counter('posthouse_agent_calls_total');
  const agentCallTimes = histogram('posthouse_agent_call_seconds');
  const agentErrors = counter('posthouse_agent_errors_total');
  const approvals = counter('posthouse_approvals_total');
  const deadLetters = counter('posthouse_dead_letters_total');
  const pushes = counter('posthouse_pushes_total');
  const personalData = counter('posthouse_personal_data_total');
  const retries = counter('posthouse_retries_total');
  const gauges = {
    inbox: gauge('posthouse_inbox_rows'),
    inboxAge: gauge('posthouse_inbox_oldest_seconds'),
    outbox: gauge('posthouse_outbox_rows'),
    monthCalls: gauge('posthouse_month_calls'),
    monthPushes: gauge('posthouse_month_pushes'),
    monthLimit: gauge('posthouse_month_limit'),
    way: gauge('posthouse_reply_way'),
    lanes: gauge('posthouse_active_lanes'),
    open: gauge('posthouse_connection_open'),
    heard: gauge('posthouse_connection_last_frame_seconds'),
  };
  let sources: MetricSources | undefined;

  return {
    delivery: (channel, outcome) => deliveries(channel, outcome),
    acked: (channel, ms) => acks(ms, channel),
    event(channel, kind, duplicate) {
      events(channel, kind);
      if (duplicate) duplicates(channel);
    },
    turn(agent, state, ms) {
      turns(agent, state);
      turnTimes(ms, agent);
    },
    firstFrame: (channel, ms) => firstFrames(ms, channel),
    finalFrame: (channel, ms) => finalFrames(ms, channel),
    vendorCall(channel, api, code, ms) {
      calls(channel, api, code);
      callTimes(ms, channel, api);
    },
    agentCall(agent, api, code, ms) {
      agentCalls(agent, api, code);
      agentCallTimes(ms, agent, api);
    },
    agentError: (agent, code) => agentErrors(agent, code),
    approval: (channel, outcome) => approvals(channel, outcome),
    deadLetter: (box, code) => deadLetters(box, code),
    push: (channel, became) => pushes(channel, became),
    personalData(direction, kind, values) {
      for (let counted = 0; counted < values; counted += 1) personalData(direction, kind);
    },
    retried: (box, code) => retries(box, code),

    contentType: registry.contentType,
    watch(next) {
      sources = next;
    },
    async render() {
      if (sources !== undefined) await readSources(sources, gauges);
      return registry.metrics();
    },
  };
}

function definition(name: MetricName): { name: string; help: string; labelNames: string[] } {
  return { name, help: METRICS[name].help.en, labelNames: [...METRICS[name].labels] };
}

interface Gauges {
  readonly inbox: Gauge;
  readonly inboxAge: Gauge;
  readonly outbox: Gauge;
  readonly monthCalls: Gauge;
  readonly monthPushes: Gauge;
  readonly monthLimit: Gauge;
  readonly way: Gauge;
  readonly lanes: Gauge;
  readonly open: Gauge;
  readonly heard: Gauge;
}

async function readSources(sources: MetricSources, gauges: Gauges): Promise<void> {
  gauges.lanes.set(sources.activeLanes());
  readBudgets(gauges, sources.budgets?.() ?? []);
  // A connection that another process holds by now is none of ours.
  for (const gauge of [gauges.open, gauges.heard]) gauge.reset();
  for (const { channel, connection } of sources.connections()) {
    if (connection !== undefined) readConnection(gauges, channel, connection);
  }
  try {
    readDepth(gauges, await sources.depth());
  } catch {
    // A store that does not answer is told by /readyz; an old depth would be a lie.
    for (const gauge of [gauges.inbox, gauges.inboxAge, gauges.outbox]) gauge.reset();
  }
}

const PUSH = 'push.';

function readBudgets(gauges: Gauges, budgets: readonly BudgetView[]): void {
  // With a new month a channel may have none.
  for (const gauge of [gauges.monthCalls, gauges.monthPushes, gauges.monthLimit, gauges.way]) gauge.reset();
  for (const { channel, plan, kinds, way } of budgets) {
    if (plan.calls + plan.pushes === 0 && kinds.size === 0) continue;
    for (const [kind, number] of kinds) {
      if (kind.startsWith(PUSH)) gauges.monthPushes.labels(channel, kind.slice(PUSH.length)).set(number);
      else gauges.monthCalls.labels(channel, kind).set(number);
    }
    if (plan.calls > 0) gauges.monthLimit.labels(channel, 'calls').set(plan.calls);
    if (plan.pushes > 0) gauges.monthLimit.labels(channel, 'pushes').set(plan.pushes);
    gauges.way.labels(channel, way).set(1);
  }
}

function readConnection(gauges: Gauges, channel: string, connection: ConnectionState): void {
  gauges.open.labels(channel).set(connection.state === 'open' ? 1 : 0);
  if (connection.lastFrameAt !== undefined) gauges.heard.labels(channel).set(connection.lastFrameAt / 1000);
}

function readDepth(gauges: Gauges, depth: Depth): void {
  gauges.inbox.labels('waiting').set(depth.inboxWaiting);
  gauges.inbox.labels('claimed').set(depth.inboxClaimed);
  gauges.inbox.labels('dead').set(depth.inboxDead);
  gauges.outbox.labels('waiting').set(depth.outboxWaiting);
  gauges.outbox.labels('dead').set(depth.outboxDead);
  gauges.inboxAge.set(depth.oldestInboxAt === undefined ? 0 : Math.max(0, Date.now() - depth.oldestInboxAt) / 1000);
}
