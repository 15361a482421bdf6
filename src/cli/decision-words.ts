import type { InLanguages } from '../core/lang.ts';
import type { Decision } from '../core/rights.ts';

/** A decision for an operator: what, and by which rule. */
export function sentenceOf(decision: Decision, right: string): InLanguages {
  if (decision.allowed) {
    return decision.why === 'open'
      ? { zh: `✔ ${right}：没有相关规则，人人可用`, en: `✔ ${right}: no rule speaks of it, everybody may` }
      : {
          zh: `✔ ${right}：由角色 ${decision.role ?? ''} 允许`,
          en: `✔ ${right}: allowed by the role ${decision.role ?? ''}`,
        };
  }
  const roles = decision.roles.join(', ') || '-';
  return {
    left: { zh: `✘ ${right}：已离职`, en: `✘ ${right}: she has left` },
    denied: {
      zh: `✘ ${right}：被角色 ${decision.role ?? ''} 禁止`,
      en: `✘ ${right}: forbidden by the role ${decision.role ?? ''}`,
    },
    missing: {
      zh: `✘ ${right}：没有角色允许（可申请：${roles}）`,
      en: `✘ ${right}: no role allows it (can be asked for: ${roles})`,
    },
  }[decision.why];
}

/** Why it was decided so, as it is noted (`denied guest`), in a few words. */
export function whyOf(noted: string): InLanguages {
  const [why = '', ...role] = noted.split(' ');
  const words = WHY[why];
  if (words === undefined) return { zh: noted, en: noted };
  const by = role.length > 0 ? ` (${role.join(' ')})` : '';
  return { zh: words.zh + by, en: words.en + by };
}

const WHY: Readonly<Record<string, InLanguages>> = {
  open: { zh: '没有相关规则', en: 'no rule speaks of it' },
  role: { zh: '角色允许', en: 'a role allows it' },
  left: { zh: '已离职', en: 'she has left' },
  denied: { zh: '角色禁止', en: 'a role forbids it' },
  missing: { zh: '没有角色允许', en: 'no role allows it' },
};
