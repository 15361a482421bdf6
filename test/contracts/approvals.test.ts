import { dingtalkApprovals } from '../support/dingtalk-approvals.ts';
import { FEISHU_SKIPS, feishuApprovals } from '../support/feishu-approvals.ts';
import { WECOM_SKIPS, wecomApprovals } from '../support/wecom-approvals.ts';
import { approvalsContract } from './approvals.contract.ts';

approvalsContract('dingtalk', dingtalkApprovals);
approvalsContract('feishu', feishuApprovals, FEISHU_SKIPS);
approvalsContract('wecom', wecomApprovals, WECOM_SKIPS);
