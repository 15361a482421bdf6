import type {
  ApprovalDecision,
  ApprovalPort,
  ApprovalReading,
  ApprovalState,
  ApprovalTemplate,
  StartApproval,
} from '../../../core/approvals.ts';
import type { Clock } from '../../../core/clock.ts';
import { GatewayError } from '../../../core/errors.ts';
import { type AccountId, type ApprovalInstance, id, type TemplateCode } from '../../../core/ids.ts';
import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import type { WecomClient } from '../client.ts';
import { vendorCodeOf } from '../errors.ts';
import { controlValue, fieldsOf, holds, summaryOf, wordsIn } from './approval-forms.ts';
import { APPROVAL_WINDOW_SECONDS, MAX_APPROVALS_A_PAGE } from './limits.ts';

/** The vendor's one code for whatever is wrong with what was asked. */
const PARAMETERS = 301_025;
const OF_DETAILS: ReadonlySet<number | undefined> = new Set([301_025, 301_026, 40_058]);

/**
 * Approvals (审批) of a company, by an app that may call them. D:91982 templates, D:91853 starting, D:91983 reading, D:91816 numbers
 * (`D:n` is https://developer.work.weixin.qq.com/document/path/n).
 *
 * The vendor has no API to decide one, to take it back or to end it, nor one that lists the templates: the settings name them. A
 * start has no key, so one in doubt is looked for among the asker's newest.
 */
export class WecomApprovals implements ApprovalPort {
  readonly #client: WecomClient;
  readonly #codes: readonly string[];
  readonly #clock: Clock;

  /** @param codes - The templates that the settings name. */
  constructor(client: WecomClient, codes: readonly string[], { clock }: { readonly clock: Clock }) {
    this.#client = client;
    this.#codes = codes;
    this.#clock = clock;
  }

  async templates(_by: AccountId, signal: AbortSignal): Promise<readonly Pick<ApprovalTemplate, 'code' | 'name'>[]> {
    return Promise.all(
      this.#codes.map(async (code) => {
        const { name } = await this.template(id(code), signal);
        return { code: id<TemplateCode>(code), name };
      }),
    );
  }

  async template(code: TemplateCode, signal: AbortSignal): Promise<ApprovalTemplate> {
    try {
      const detail = await this.#call('oa.template', 'oa/gettemplatedetail', { template_id: code }, signal);
      return { code, name: wordsIn(detail, 'template_names'), fields: fieldsOf(detail) };
    } catch (cause) {
      if (!OF_DETAILS.has(vendorCodeOf(cause))) throw cause;
      throw new GatewayError('approval_template_unknown', 'oa.template: there is no such template', { cause });
    }
  }

  async start(request: StartApproval, signal: AbortSignal): Promise<ApprovalInstance> {
    const { template, by, form, approvers = [] } = request;
    const process = { node_list: approvers.map(nodeFor) };
    const body = {
      creator_userid: by,
      template_id: template,
      use_template_approver: approvers.length > 0 ? 0 : 1,
      ...(approvers.length > 0 && { process }),
      apply_data: { contents: form.map(controlValue) },
      summary_list: summaryOf(form),
    };
    try {
      return id(textAt(await this.#call('oa.apply', 'oa/applyevent', body, signal, false), 'sp_no'));
    } catch (error) {
      // One code for a form that does not fit and for a template there is not.
      if (vendorCodeOf(error) === PARAMETERS) await this.template(template, signal);
      throw error;
    }
  }

  async find(request: StartApproval, since: number, signal: AbortSignal): Promise<readonly ApprovalInstance[]> {
    const alike: { readonly instance: ApprovalInstance; readonly at: number }[] = [];
    for (const instance of await this.#newest(request, since, signal)) {
      const info = await this.#info(instance, signal);
      if (holds(info, request.form)) alike.push({ instance, at: numberAt(info, 'apply_time') ?? 0 });
    }
    return alike.toSorted((one, other) => one.at - other.at).map(({ instance }) => instance);
  }

  async #newest({ template, by }: StartApproval, since: number, signal: AbortSignal): Promise<ApprovalInstance[]> {
    const end = Math.ceil(this.#clock.now() / 1000) + 60;
    const start = Math.max(Math.floor(since / 1000), end - APPROVAL_WINDOW_SECONDS);
    const found: ApprovalInstance[] = [];
    let cursor = '';
    do {
      const body = {
        starttime: String(start),
        endtime: String(end),
        new_cursor: cursor,
        size: MAX_APPROVALS_A_PAGE,
        filters: [
          { key: 'template_id', value: template },
          { key: 'creator', value: by },
        ],
      };
      const page = await this.#call('oa.numbers', 'oa/getapprovalinfo', body, signal);
      found.push(...listAt(page, 'sp_no_list').map((one) => id<ApprovalInstance>(String(one))));
      cursor = textAt(page, 'new_next_cursor');
    } while (cursor !== '');
    return found;
  }

  async read(instance: ApprovalInstance, signal: AbortSignal): Promise<ApprovalReading> {
    const info = await this.#info(instance, signal);
    const state = STATES[numberAt(info, 'sp_status') ?? 1] ?? 'running';
    const nodes = objectsAt(info, 'sp_record');
    const current = nodes.find((node) => numberAt(node, 'sp_status') === 1);
    const waiting = state === 'running' && current ? objectsAt(current, 'details') : [];
    return {
      state,
      decisions: nodes.flatMap((node) => objectsAt(node, 'details')).flatMap(decisionOf),
      waitingFor: waiting.filter((detail) => numberAt(detail, 'sp_status') === 1).map(approverOf),
    };
  }

  async #info(instance: ApprovalInstance, signal: AbortSignal): Promise<Json> {
    try {
      const answer = await this.#call('oa.detail', 'oa/getapprovaldetail', { sp_no: instance }, signal);
      return objectAt(answer, 'info');
    } catch (cause) {
      if (!OF_DETAILS.has(vendorCodeOf(cause))) throw cause;
      throw new GatewayError('approval_unknown', 'oa.detail: there is no such approval', { cause });
    }
  }

  #call(api: string, path: string, body: Json, signal: AbortSignal, repeatable = true): Promise<Json> {
    return this.#client.call({ api, method: 'POST', path, body, priority: 'final', signal, repeatable });
  }
}

/** `apv_rel`: 1 all of them, 2 any one; the type of who decides is 1. */
function nodeFor({ who, accounts }: NonNullable<StartApproval['approvers']>[number]): Json {
  return { type: 1, apv_rel: who === 'all' ? 1 : 2, userid: accounts };
}

const STATES: Readonly<Record<number, ApprovalState>> = {
  2: 'approved',
  3: 'refused',
  4: 'canceled',
  6: 'canceled',
  7: 'terminated',
  10: 'approved',
};

function approverOf(detail: Json): AccountId {
  // The vendor writes userids one way here, another there.
  return id(textAt(objectAt(detail, 'approver'), 'userid').toLowerCase());
}

function decisionOf(detail: Json): readonly ApprovalDecision[] {
  const status = numberAt(detail, 'sp_status');
  if (status !== 2 && status !== 3) return [];
  const remark = textAt(detail, 'speech');
  return [
    {
      by: approverOf(detail),
      decision: status === 2 ? 'approved' : 'refused',
      at: (numberAt(detail, 'sptime') ?? 0) * 1000,
      ...(remark !== '' && { remark }),
    },
  ];
}

function objectsAt(from: Json, name: string): readonly Json[] {
  return listAt(from, name).map((one) => asObject(one) ?? {});
}
