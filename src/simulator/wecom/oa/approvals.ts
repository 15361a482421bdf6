import { type Json } from '../../../lib/read.ts';
import type { SimClock } from '../../clock.ts';
import { WecomRefusal } from '../errors.ts';

/** A control of a form, in the vendor's words (D:91982). */
export interface OaControl {
  readonly control: string;
  readonly id: string;
  readonly title: string;
  readonly required?: boolean;
  /** Of a `Selector`. */
  readonly options?: readonly { readonly key: string; readonly text: string }[];
  readonly multiple?: boolean;
  /** Of a `Date`: `day` or `hour`; of a `DateRange`: `halfday` or `hour`. */
  readonly unit?: 'day' | 'halfday' | 'hour';
  /** Of a `Contact`. */
  readonly mode?: 'user' | 'department';
}

export interface OaTemplate {
  readonly id: string;
  readonly name: string;
  readonly controls: readonly OaControl[];
  /** Who decides where the caller leaves it to the template, one after the other; by `SimPerson.id`. */
  readonly approvers: readonly string[];
}

/** 1 waits, 2 agreed, 3 refused. */
export interface OaDetail {
  readonly person: string;
  status: 1 | 2 | 3;
  speech: string;
  at: number;
}

export interface OaNode {
  /** 1 any, 2 all: `ApproverAttr`, the reverse of `apv_rel`. */
  readonly attr: 1 | 2;
  readonly details: readonly OaDetail[];
  status: 1 | 2 | 3;
}

/** 1 in progress, 2 approved, 3 refused, 4 withdrawn, 6 withdrawn after it was approved. */
export type OaStatus = 1 | 2 | 3 | 4 | 6;

export interface OaApproval {
  readonly spNo: string;
  readonly template: OaTemplate;
  readonly person: string;
  readonly contents: readonly Json[];
  readonly nodes: readonly OaNode[];
  readonly appliedAt: number;
  status: OaStatus;
}

/** Why the vendor tells of one (`StatuChangeEvent`). */
export type OaChange = 1 | 2 | 3 | 6 | 8;

export interface OaApprovals {
  readonly templates: ReadonlyMap<string, OaTemplate>;
  readonly all: ReadonlyMap<string, OaApproval>;
  apply(wanted: Pick<OaApproval, 'template' | 'person' | 'contents' | 'nodes'>): OaApproval;
  /** @throws {WecomRefusal} 301026. */
  get(spNo: string): OaApproval;
  /** @throws {Error} When nothing in it waits for this person; there is no API for it. */
  decide(approval: OaApproval, person: string, approve: boolean, speech: string): void;
  withdraw(approval: OaApproval, person: string): void;
  clear(): void;
}

export function createOaApprovals(
  clock: SimClock,
  templates: readonly OaTemplate[],
  tell: (approval: OaApproval, change: OaChange) => void,
): OaApprovals {
  const all = new Map<string, OaApproval>();
  const end = (approval: OaApproval, status: OaStatus, change: OaChange): void => {
    approval.status = status;
    tell(approval, change);
  };
  return {
    templates: new Map(templates.map((template) => [template.id, template])),
    all,
    apply(wanted) {
      const day = new Date(clock.now() + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
      const spNo = `${day}${String(all.size + 1).padStart(4, '0')}`;
      const approval: OaApproval = { ...wanted, spNo, appliedAt: clock.now(), status: 1 };
      all.set(spNo, approval);
      tell(approval, 1);
      return approval;
    },
    get(spNo) {
      const found = all.get(spNo);
      if (found === undefined) throw new WecomRefusal(301026);
      return found;
    },
    decide(approval, person, approve, speech) {
      const node = approval.nodes.find(({ status }) => status === 1);
      const detail = node?.details.find((one) => one.person === person && one.status === 1);
      if (approval.status !== 1 || node === undefined || detail === undefined) {
        throw new Error(`${person} has nothing to decide there`);
      }
      Object.assign(detail, { status: approve ? 2 : 3, speech, at: clock.now() });
      if (!approve) {
        node.status = 3;
        return end(approval, 3, 3);
      }
      const isDone = node.attr === 1 || node.details.every(({ status }) => status === 2);
      if (isDone) node.status = 2;
      const isOver = approval.nodes.every(({ status }) => status === 2);
      end(approval, isOver ? 2 : 1, 2);
    },
    withdraw(approval, person) {
      if (approval.person !== person) throw new Error(`${person} did not ask for that`);
      if (approval.status === 2) return end(approval, 6, 8);
      if (approval.status !== 1) throw new Error('it is over');
      end(approval, 4, 6);
    },
    clear: () => all.clear(),
  };
}

/** What there is without a word: access to something, which 王敏 decides. */
export const DEMO_TEMPLATE: OaTemplate = {
  id: '3TkaH5KFbrG9heEQWLJjhgpFwmqAFB4dLEnapaB7',
  name: '权限申请',
  controls: [
    { control: 'Text', id: 'Text-1', title: '申请内容', required: true },
    { control: 'Textarea', id: 'Textarea-2', title: '理由' },
  ],
  approvers: ['wang'],
};
