import type { FeishuApprovalDefinition } from './approvals.ts';

/** What there is without a word: access to something, which 王敏 decides. */
export const DEMO_APPROVAL: FeishuApprovalDefinition = {
  code: '7C468A54-8745-2245-9675-08B7C63E7A85',
  name: '权限申请',
  widgets: [
    { id: 'widget1', name: '申请内容', type: 'input', required: true },
    { id: 'widget2', name: '理由', type: 'textarea' },
  ],
  nodes: [{ id: 'node-manager', name: '直属上级', type: 'OR', approvers: ['wang'] }],
};
