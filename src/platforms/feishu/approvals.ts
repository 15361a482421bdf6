import type {
  ApprovalDecision,
  ApprovalPort,
  ApprovalReading,
  ApprovalState,
  ApprovalTemplate,
  DecideApproval,
  StartApproval,
} from '../../core/approvals.ts';
import { GatewayError } from '../../core/errors.ts';
import { type AccountId, type ApprovalInstance, id, type TemplateCode } from '../../core/ids.ts';
import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../lib/read.ts';
import { fieldsOf, widgetValue } from './approval-forms.ts';
import type { FeishuClient } from './client.ts';
import { vendorCodeOf } from './errors.ts';

const BASE = '/open-apis/approval/v4';
/** What is wrong with the parameters; the form is among them, and whether a task still waits. */
const PARAMETERS = 1_390_001;
const SUBSCRIBED_BEFORE = 1_390_007;
/** The same `uuid` again. */
const STARTED_BEFORE: ReadonlySet<number | undefined> = new Set([60_012, 1_390_011]);

/**
 * Approvals (审批) by Feishu's API. Pages below open.feishu.cn/document/server-docs/approval-v4: approval/get, approval/subscribe,
 * instance/create, instance/get, instance/cancel, task/approve, task/reject.
 *
 * `uuid` makes a start the same start; the vendor then names the instance by it too. Nothing lists the definitions, so the settings
 * do. Nobody but those who are asked and whoever asked ends an approval.
 */
export class FeishuApprovals implements ApprovalPort {
  readonly #client: FeishuClient;
  readonly #codes: readonly string[];
  readonly #subscribed = new Set<TemplateCode>();

  /** @param codes - The definitions that the settings name. */
  constructor(client: FeishuClient, codes: readonly string[]) {
    this.#client = client;
    this.#codes = codes;
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
    const definition = await this.#definition(code, signal);
    return { code, name: textAt(definition, 'approval_name'), fields: fieldsOf(textAt(definition, 'form')) };
  }

  async start(request: StartApproval, signal: AbortSignal): Promise<ApprovalInstance> {
    const { template, by, key } = request;
    await this.#subscribe(template, signal);
    const nodes = request.approvers ? await this.#chosen(request, signal) : [];
    const body = {
      approval_code: template,
      open_id: by,
      form: JSON.stringify(request.form.map(widgetValue)),
      uuid: key,
      ...(nodes.length > 0 && { node_approver_open_id_list: nodes }),
    };
    try {
      return id(textAt(await this.#post('approval.start', '/instances', body, signal), 'instance_code'));
    } catch (error) {
      if (STARTED_BEFORE.has(vendorCodeOf(error))) return this.#byKey(key, signal);
      // We have held the form against the definition; what is left is a value that only the vendor can judge.
      throw recoded(error, 'approval_form_invalid', 'the vendor does not take the form, or whoever asks');
    }
  }

  async read(instance: ApprovalInstance, signal: AbortSignal): Promise<ApprovalReading> {
    const read = await this.#read(instance, signal);
    return {
      state: STATES[textAt(read, 'status')] ?? 'running',
      decisions: objectsAt(read, 'timeline').flatMap(decisionOf),
      waitingFor: pendingTasks(read).map((task) => id(textAt(task, 'open_id'))),
    };
  }

  async decide({ instance, by, remark, approve }: DecideApproval & { readonly approve: boolean }, signal: AbortSignal) {
    const read = await this.#read(instance, signal);
    const task = pendingTasks(read).find((one) => textAt(one, 'open_id') === by);
    if (!task) throw new GatewayError('approval_closed', 'nothing in the approval waits for this person');
    const body = {
      approval_code: textAt(read, 'approval_code'),
      instance_code: instance,
      user_id: by,
      task_id: textAt(task, 'id'),
      comment: remark ?? '',
    };
    const path = `/tasks/${approve ? 'approve' : 'reject'}?user_id_type=open_id`;
    await this.#post('approval.decide', path, body, signal).catch((error: unknown) => {
      throw recoded(error, 'approval_closed', 'the task does not wait any more');
    });
  }

  async cancel({ instance, by }: DecideApproval, signal: AbortSignal): Promise<void> {
    const read = await this.#read(instance, signal);
    if (textAt(read, 'status') !== 'PENDING') throw new GatewayError('approval_closed', 'the approval is over');
    const body = { approval_code: textAt(read, 'approval_code'), instance_code: instance, user_id: by };
    await this.#post('approval.cancel', '/instances/cancel?user_id_type=open_id', body, signal).catch(
      (error: unknown) => {
        throw recoded(error, 'approval_closed', 'the approval is over, or somebody else’s');
      },
    );
  }

  /** Without it no event of this definition comes. The vendor keeps it; asking again costs nothing but the call. */
  async #subscribe(code: TemplateCode, signal: AbortSignal): Promise<void> {
    if (this.#subscribed.has(code)) return;
    const path = `/approvals/${encodeURIComponent(code)}/subscribe`;
    await this.#post('approval.subscribe', path, {}, signal).catch((error: unknown) => {
      if (vendorCodeOf(error) !== SUBSCRIBED_BEFORE) throw error;
    });
    this.#subscribed.add(code);
  }

  /** Who decides can be named where the definition leaves it to whoever asks, one step after the other. */
  async #chosen({ template, approvers = [] }: StartApproval, signal: AbortSignal): Promise<readonly Json[]> {
    const open = objectsAt(await this.#definition(template, signal), 'node_list').filter(
      (node) => node['need_approver'] === true,
    );
    return open.flatMap((node, index) => {
      const step = approvers[index];
      return step ? [{ key: textAt(node, 'node_id'), value: step.accounts }] : [];
    });
  }

  async #byKey(key: string, signal: AbortSignal): Promise<ApprovalInstance> {
    return id(textAt(await this.#read(id(key), signal), 'instance_code'));
  }

  #definition(code: TemplateCode, signal: AbortSignal): Promise<Json> {
    return this.#get('approval.template', `/approvals/${encodeURIComponent(code)}?user_id_type=open_id`, signal);
  }

  #read(instance: ApprovalInstance, signal: AbortSignal): Promise<Json> {
    return this.#get('approval.read', `/instances/${encodeURIComponent(instance)}?user_id_type=open_id`, signal);
  }

  async #get(api: string, path: string, signal: AbortSignal): Promise<Json> {
    const call = { api, method: 'GET', path: BASE + path, priority: 'final', signal, repeatable: true } as const;
    return objectAt(await this.#client.call(call), 'data');
  }

  async #post(api: string, path: string, body: Json, signal: AbortSignal): Promise<Json> {
    const call = { api, method: 'POST', path: BASE + path, body, priority: 'final', signal } as const;
    return objectAt(await this.#client.call(call), 'data');
  }
}

const STATES: Readonly<Record<string, ApprovalState>> = {
  APPROVED: 'approved',
  REJECTED: 'refused',
  CANCELED: 'canceled',
  DELETED: 'terminated',
};

function recoded(error: unknown, code: 'approval_form_invalid' | 'approval_closed', why: string): unknown {
  return vendorCodeOf(error) === PARAMETERS ? new GatewayError(code, why, { cause: error }) : error;
}

function pendingTasks(read: Json): readonly Json[] {
  return objectsAt(read, 'task_list').filter((task) => textAt(task, 'status') === 'PENDING');
}

function decisionOf(step: Json): readonly ApprovalDecision[] {
  const type = textAt(step, 'type');
  if (type !== 'PASS' && type !== 'REJECT') return [];
  const remark = textAt(step, 'comment');
  return [
    {
      by: id(textAt(step, 'open_id')),
      decision: type === 'PASS' ? 'approved' : 'refused',
      at: numberAt(step, 'create_time') ?? 0,
      ...(remark !== '' && { remark }),
    },
  ];
}

function objectsAt(from: Json, name: string): readonly Json[] {
  return listAt(from, name).map((one) => asObject(one) ?? {});
}
