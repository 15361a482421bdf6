import { eventCallback } from '../app/events.ts';
import type { WecomWorld } from '../world.ts';
import { seconds } from './api-approvals.ts';
import type { OaApproval, OaChange } from './approvals.ts';

/** The number of the vendor's own approval app, which stands in its events instead of the app's. (D:91815) */
const APPROVAL_AGENT = 3_010_040;

/** Tells every app that may see approvals of a change of one: `sys_approval_change`. (D:91815) */
export function tellApproval(world: WecomWorld, approval: OaApproval, change: OaChange): void {
  const { accounts, apps, deliverer } = world;
  const { spNo, template, status, appliedAt, person, nodes } = approval;
  const fields = {
    AgentID: APPROVAL_AGENT,
    ApprovalInfo: {
      SpNoStr: spNo,
      SpNo: BigInt(spNo),
      SpName: template.name,
      SpStatus: status,
      TemplateId: template.id,
      ApplyTime: seconds(appliedAt),
      Applyer: { UserId: accounts.userId(person), Party: '1' },
      SpRecord: nodes.map((node) => ({
        SpStatus: node.status,
        ApproverAttr: node.attr,
        Details: node.details.map((one) => ({
          Approver: { UserId: accounts.userId(one.person) },
          Speech: one.speech,
          SpStatus: one.status,
          SpTime: seconds(one.at),
        })),
      })),
      StatuChangeEvent: change,
    },
  };
  for (const app of apps.values()) {
    if (app.oa) void deliverer.deliver(eventCallback(world, app, { event: 'sys_approval_change', fields }));
  }
}
