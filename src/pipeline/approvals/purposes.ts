import type { ApprovalPurpose } from '../../core/approvals.ts';
import { GatewayError } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';

/** What an operator starts by hand (`posthouse approvals start`): its end is noted, and nobody waits for it. */
export const OPERATOR_PURPOSE = 'operator';

/** @throws {GatewayError} `internal` for two of one name: the wrong one would be called. */
export function purposesByName(purposes: readonly ApprovalPurpose[], log: Log): ReadonlyMap<string, ApprovalPurpose> {
  const byHand: ApprovalPurpose = {
    name: OPERATOR_PURPOSE,
    async decided({ id, channel, state }) {
      log.info('approval has ended', { approval: id, channel, state });
    },
  };
  const byName = new Map<string, ApprovalPurpose>();
  for (const purpose of [byHand, ...purposes]) {
    if (byName.has(purpose.name))
      throw new GatewayError('internal', `two approval purposes are called ${purpose.name}`);
    byName.set(purpose.name, purpose);
  }
  return byName;
}
