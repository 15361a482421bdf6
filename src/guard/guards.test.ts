import { describe, expect, it } from 'vitest';
import type { PrivacyRule, PrivacyScene, PrivacySettings } from '../core/personal-data.ts';
import { createGuards, DEFAULT_PRIVACY } from './guards.ts';

const TEXT = '13800138000 a.b@example.com K-42';
const CUSTOM = [{ name: 'staff', pattern: 'K-\\d{2}', policy: 'mask' }] as const;

function seen(settings: Partial<PrivacySettings>, scene: Partial<PrivacyScene> = {}): string {
  const guards = createGuards({ ...DEFAULT_PRIVACY, custom: CUSTOM, ...settings });
  return guards.of({ direction: 'out', ...scene }).mask(TEXT, { form: 'plain', lang: 'en' }).text;
}

const MASKED = '138****8000 a***@example.com *-**';

describe('the guard for a place', () => {
  it('masks what leaves and lets in what comes, by default', () => {
    expect(seen({})).toBe(MASKED);
    expect(seen({}, { direction: 'in' })).toBe(TEXT);
    expect(createGuards(DEFAULT_PRIVACY).of({ direction: 'in' }).isOpen).toBe(true);
  });

  it('does on the way in what is set for it, but for kinds that are allowed', () => {
    const kinds = { ...DEFAULT_PRIVACY.kinds, email: 'allow' } as const;
    expect(seen({ in: 'mask', kinds }, { direction: 'in' })).toBe('138****8000 a.b@example.com *-**');
    expect(seen({ in: 'placeholder' }, { direction: 'in' })).toBe('[mobile number] [e-mail address] [staff]');
  });

  const RULES: readonly (readonly [string, PrivacyRule, PrivacyScene, boolean])[] = [
    ['a direction', { direction: 'out', policy: 'allow' }, { direction: 'out' }, true],
    ['another direction', { direction: 'in', policy: 'allow' }, { direction: 'out' }, false],
    ['an agent', { agents: ['hr', 'it'], policy: 'allow' }, { direction: 'out', agent: 'hr' }, true],
    ['another agent', { agents: ['hr'], policy: 'allow' }, { direction: 'out', agent: 'it' }, false],
    ['an agent where none is known', { agents: ['hr'], policy: 'allow' }, { direction: 'out' }, false],
    ['a channel', { channels: ['shop'], policy: 'allow' }, { direction: 'out', channel: 'shop' }, true],
    ['another channel', { channels: ['shop'], policy: 'allow' }, { direction: 'out', channel: 'inside' }, false],
    ['a platform', { platforms: ['wecom'], policy: 'allow' }, { direction: 'out', platform: 'wecom' }, true],
    ['another platform', { platforms: ['wecom'], policy: 'allow' }, { direction: 'out', platform: 'feishu' }, false],
    ['a direct chat', { audience: 'direct', policy: 'allow' }, { direction: 'out', audience: 'direct' }, true],
    ['a group', { audience: 'direct', policy: 'allow' }, { direction: 'out', audience: 'group' }, false],
    ['an unknown audience', { audience: 'direct', policy: 'allow' }, { direction: 'out' }, false],
    [
      'all that is named',
      { agents: ['hr'], audience: 'group', policy: 'allow' },
      { direction: 'out', agent: 'hr', audience: 'group' },
      true,
    ],
    [
      'less than all that is named',
      { agents: ['hr'], audience: 'group', policy: 'allow' },
      { direction: 'out', agent: 'hr', audience: 'direct' },
      false,
    ],
  ];

  it.each(RULES)('goes by a rule that names %s', (_, rule, scene, fits) => {
    expect(seen({ rules: [rule] }, scene)).toBe(fits ? TEXT : MASKED);
  });

  it('goes by the first rule that fits, kind by kind', () => {
    const rules: PrivacyRule[] = [
      { audience: 'group', kinds: ['mobile'], policy: 'block' },
      { audience: 'group', kinds: ['mobile', 'staff'], policy: 'allow' },
    ];
    expect(seen({ rules }, { audience: 'group' })).toBe('[mobile number] a***@example.com K-42');
    expect(seen({ rules }, { audience: 'direct' })).toBe(MASKED);
  });

  it('goes by rules also where nothing is kept back by default', () => {
    const rules: PrivacyRule[] = [{ audience: 'group', kinds: ['email'], policy: 'mask' }];
    expect(seen({ out: false, rules }, { audience: 'group' })).toBe('13800138000 a***@example.com K-42');
    expect(seen({ out: false, rules }, { audience: 'direct' })).toBe(TEXT);
  });

  it('is made once for each place', () => {
    const guards = createGuards({ ...DEFAULT_PRIVACY, rules: [{ agents: ['hr'], policy: 'allow' }] });
    const scene = { direction: 'out', agent: 'hr', channel: 'a', audience: 'direct' } as const;
    expect(guards.of(scene)).toBe(guards.of({ ...scene }));
    expect(guards.of(scene)).not.toBe(guards.of({ ...scene, agent: 'it' }));
  });
});
