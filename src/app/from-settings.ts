import type { Settings } from '../config/settings.ts';
import type { AccessRules } from '../core/access.ts';
import { type ChannelName, id, type TemplateCode } from '../core/ids.ts';
import { parsePushTo } from '../core/push-to.ts';
import type { ChannelRules, PipelineOptions } from '../pipeline/index.ts';
import type { Retention } from '../queue/upkeep.ts';
import type { StoreOptions } from '../store/open.ts';

/** How each channel is to behave. */
export function rulesOf(settings: Settings): ReadonlyMap<ChannelName, ChannelRules> {
  return new Map(
    settings.channels.map(({ name, agent, groups }) => [name, { agent, scope: groups.scope, answer: groups.answer }]),
  );
}

export function pipelineOptions({ alerts, people, sessions, work }: Settings): PipelineOptions {
  const minute = 60_000;
  const hour = 60 * minute;
  return {
    sessionIdleMs: sessions.idleDays * 24 * 60 * minute,
    answerWithinMs: work.recoverMaxMinutes * minute,
    firstFrameMs: work.firstFrameMs,
    maxAttempts: work.maxAttempts,
    recoverWithinMs: Math.min(5, work.recoverMaxMinutes) * minute,
    // Whoever is told when something needs an administrator is one.
    administrators: alerts.to.flatMap((text) => parsePushTo(text) ?? []),
    ...(asksDirectories(people) && {
      directory: { trust: people.trust, refreshMs: people.refreshHours * hour, syncMs: people.syncHours * hour },
    }),
  };
}

/** Whether what companies say of their people is gone by. */
export function asksDirectories({ directory, trust }: Settings['people']): boolean {
  return directory || trust.length > 0;
}

/** For how long what is finished is kept. */
export function retentionOf({ retention, sessions }: Settings): Retention {
  return { ...retention, sessionDays: sessions.idleDays };
}

/** Who decides about requests for access. */
export function accessOf({ access: { administrators, approval } }: Settings): AccessRules {
  const form = approval && {
    ...approval,
    channel: id<ChannelName>(approval.channel),
    template: id<TemplateCode>(approval.template),
  };
  return { administrators, approval: form };
}

/** The channels behind each webhook path. */
export function webhookChannels(settings: Settings): ReadonlyMap<string, readonly ChannelName[]> {
  const channels = new Map<string, ChannelName[]>();
  for (const { platform, name } of settings.channels) channels.set(platform, [...(channels.get(platform) ?? []), name]);
  return channels;
}

/** What the store is opened with. */
export function storeOptionsOf({ storeKeys }: Pick<Settings, 'storeKeys'>): StoreOptions {
  return storeKeys === undefined ? {} : { keys: storeKeys.reveal() };
}
