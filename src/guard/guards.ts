import type {
  PersonalKind,
  PrivacyPolicy,
  PrivacyRule,
  PrivacyRules,
  PrivacyScene,
  PrivacySettings,
} from '../core/personal-data.ts';
import { createGuard, DEFAULT_RULES, type Guard } from './guard.ts';

/** The guard for each place. */
export interface Guards {
  of(scene: PrivacyScene): Guard;
}

/** What holds where nothing was set: everything is masked on its way out, and nothing is touched on its way in. */
export const DEFAULT_PRIVACY: PrivacySettings = { ...DEFAULT_RULES, out: true, in: 'off', rules: [] };

/** Makes the guards; each is made once, when it is asked for first. */
export function createGuards(settings: PrivacySettings): Guards {
  const made = new Map<string, Guard>();
  const guardFor = (key: string, scene: PrivacyScene): Guard => {
    const guard = made.get(key) ?? createGuard(rulesFor(scene, settings));
    made.set(key, guard);
    return guard;
  };
  // Without rules a place is as good as another.
  if (settings.rules.length === 0) return { of: ({ direction }) => guardFor(direction, { direction }) };
  return {
    of: (scene) => guardFor([scene.direction, scene.agent, scene.channel, scene.audience].join('|'), scene),
  };
}

function rulesFor(scene: PrivacyScene, settings: PrivacySettings): PrivacyRules {
  const rules = settings.rules.filter((rule) => fits(rule, scene));
  const policyOf = (kind: string, usual: PrivacyPolicy): PrivacyPolicy =>
    rules.find(({ kinds }) => kinds === undefined || kinds.includes(kind))?.policy ?? byDefault(usual, scene, settings);
  const kinds = Object.entries(settings.kinds).map(([kind, usual]) => [kind, policyOf(kind, usual)] as const);
  return {
    kinds: Object.fromEntries(kinds) as Record<PersonalKind, PrivacyPolicy>,
    custom: settings.custom.map((pattern) => ({ ...pattern, policy: policyOf(pattern.name, pattern.policy) })),
  };
}

function byDefault(usual: PrivacyPolicy, { direction }: PrivacyScene, settings: PrivacySettings): PrivacyPolicy {
  if (direction === 'out') return settings.out ? usual : 'allow';
  return settings.in === 'off' || usual === 'allow' ? 'allow' : settings.in;
}

function fits(rule: PrivacyRule, scene: PrivacyScene): boolean {
  const { direction, audience, agents, channels, platforms } = rule;
  return (
    (direction === undefined || direction === scene.direction) &&
    (audience === undefined || audience === scene.audience) &&
    isAmong(scene.agent, agents) &&
    isAmong(scene.channel, channels) &&
    isAmong(scene.platform, platforms)
  );
}

function isAmong(name: string | undefined, names: readonly string[] | undefined): boolean {
  return names === undefined || (name !== undefined && names.includes(name));
}
