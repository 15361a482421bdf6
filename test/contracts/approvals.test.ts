import { dingtalkApprovals } from '../support/dingtalk-approvals.ts';
import { approvalsContract } from './approvals.contract.ts';

approvalsContract('dingtalk', dingtalkApprovals);
