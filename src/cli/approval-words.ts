import type { FieldKind, OwnApprovalState } from '../core/approvals.ts';
import type { InLanguages } from '../core/lang.ts';

/** How far an approval is; what somebody decided is said by the same words. */
export const STATES = {
  starting: { zh: '正在发起', en: 'being started' },
  failed: { zh: '发起失败', en: 'not started' },
  running: { zh: '审批中', en: 'running' },
  approved: { zh: '已同意', en: 'approved' },
  refused: { zh: '已拒绝', en: 'refused' },
  canceled: { zh: '已撤销', en: 'taken back' },
  terminated: { zh: '已终止', en: 'ended by an administrator' },
} as const satisfies Record<OwnApprovalState, InLanguages>;

/** What can stand in a field. */
export const FIELD_KINDS = {
  text: { zh: '文字', en: 'text' },
  number: { zh: '数字', en: 'number' },
  date: { zh: '日期', en: 'date' },
  'date-range': { zh: '起止日期，用逗号分隔', en: 'two dates, by a comma' },
  choice: { zh: '单选', en: 'one of' },
  choices: { zh: '多选，用逗号分隔', en: 'some of, by commas' },
  people: { zh: '人员账号，用逗号分隔', en: 'accounts, by commas' },
  departments: { zh: '部门编号，用逗号分隔', en: 'departments, by commas' },
  note: { zh: '说明，不用填', en: 'a note, takes nothing' },
  other: { zh: '这里不能填', en: 'cannot be filled here' },
} as const satisfies Record<FieldKind, InLanguages>;
