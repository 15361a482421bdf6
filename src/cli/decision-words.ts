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
