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
import { componentValue, fieldsOf, holds } from './approval-forms.ts';
import type { ApiCall, DingtalkClient } from './client.ts';
import { vendorCodeOf } from './errors.ts';
import { APPROVAL_TOO_EARLY_MS, MAX_APPROVAL_STEPS, MAX_APPROVALS_A_PAGE, MAX_TEMPLATES_A_PAGE } from './limits.ts';

const INSTANCES = '/v1.0/workflow/processInstances';
/** Whom the vendor takes for the whole organisation where no department is named. */
const ROOT_DEPARTMENT = -1;

/**
 * Approvals (OA 审批) by DingTalk's workflow API; each call is one of the month's. Pages below
 * open.dingtalk.com/document/development: initiate-approval, obtains-the-details-of-a-single-approval-instance-pop,
 * approve-or-reject-the-approval-task, terminate-approval-instance, obtain-the-form-schema.
 *
 * The vendor knows no key for a start, so one in doubt is looked for among the asker's newest.
 */
export class DingtalkApprovals implements ApprovalPort {
  readonly #client: DingtalkClient;

  constructor(client: DingtalkClient) {
    this.#client = client;
  }

  async templates(by: AccountId, signal: AbortSignal): Promise<readonly Pick<ApprovalTemplate, 'code' | 'name'>[]> {
    const found: Pick<ApprovalTemplate, 'code' | 'name'>[] = [];
    let next = 0;
    do {
      const query = new URLSearchParams({
        userId: by,
        maxResults: String(MAX_TEMPLATES_A_PAGE),
        nextToken: String(next),
      });
      const path = `/v1.0/workflow/processes/userVisibilities/templates?${query.toString()}`;
      const result = objectAt(await this.#get('approval.templates', path, signal), 'result');
      for (const one of listAt(result, 'processList').map((item) => asObject(item) ?? {})) {
        found.push({ code: id<TemplateCode>(textAt(one, 'processCode')), name: textAt(one, 'name') });
      }
      next = numberAt(result, 'nextToken') ?? 0;
    } while (next > 0);
    return found;
  }

  async template(code: TemplateCode, signal: AbortSignal): Promise<ApprovalTemplate> {
    const path = `/v1.0/workflow/forms/schemas/processCodes?processCode=${encodeURIComponent(code)}`;
    const result = objectAt(await this.#get('approval.template', path, signal), 'result');
    return { code, name: textAt(result, 'name'), fields: fieldsOf(result) };
  }

  async start(request: StartApproval, signal: AbortSignal): Promise<ApprovalInstance> {
    const { template, by, form, approvers = [] } = request;
    if (approvers.length > MAX_APPROVAL_STEPS) {
      throw new GatewayError('approval_form_invalid', `more than ${MAX_APPROVAL_STEPS} steps of approvers`);
    }
    const answer = await this.#post('approval.start', INSTANCES, signal, {
      originatorUserId: by,
      processCode: template,
      deptId: ROOT_DEPARTMENT,
      formComponentValues: form.map(componentValue),
      ...(approvers.length > 0 && { approvers: approvers.map(stepFor) }),
    });
    const instance = textAt(answer, 'instanceId');
    if (instance === '')
      throw new GatewayError('platform_unavailable', 'approval.start: an answer without an instance');
    return id(instance);
  }

  async find(request: StartApproval, since: number, signal: AbortSignal): Promise<readonly ApprovalInstance[]> {
    const alike: { readonly instance: ApprovalInstance; readonly at: number }[] = [];
    for (const instance of await this.#newest(request, since, signal)) {
      const read = await this.#read(instance, signal);
      if (holds(read, request.form)) alike.push({ instance, at: timeOf(textAt(read, 'createTime')) });
    }
    return alike.toSorted((one, other) => one.at - other.at).map(({ instance }) => instance);
  }

  async #newest({ template, by }: StartApproval, since: number, signal: AbortSignal): Promise<ApprovalInstance[]> {
    const found: ApprovalInstance[] = [];
    let next: number | undefined = 0;
    while (next !== undefined) {
      const answer: Json = await this.#post('approval.find', '/v1.0/workflow/processes/instanceIds/query', signal, {
        processCode: template,
        startTime: since,
        nextToken: next,
        maxResults: MAX_APPROVALS_A_PAGE,
        userIds: [by],
      });
      const result = objectAt(answer, 'result');
      found.push(...listAt(result, 'list').map((one) => id<ApprovalInstance>(String(one))));
      next = numberAt(result, 'nextToken');
    }
    return found;
  }

  async read(instance: ApprovalInstance, signal: AbortSignal): Promise<ApprovalReading> {
    const read = await this.#read(instance, signal);
    return {
      state: stateOf(read),
      decisions: recordsOf(read).flatMap(decisionOf),
      waitingFor: runningTasks(read).map((task) => id(textAt(task, 'userId'))),
    };
  }

  async decide({ instance, by, remark, approve }: DecideApproval & { readonly approve: boolean }, signal: AbortSignal) {
    const task = runningTasks(await this.#read(instance, signal)).find((one) => textAt(one, 'userId') === by);
    if (!task) throw new GatewayError('approval_closed', 'nothing in the approval waits for this person');
    await this.#post('approval.decide', `${INSTANCES}/execute`, signal, {
      processInstanceId: instance,
      taskId: numberAt(task, 'taskId'),
      actionerUserId: by,
      result: approve ? 'agree' : 'refuse',
      remark: remark ?? '',
    });
  }

  terminate({ instance, remark }: DecideApproval, signal: AbortSignal): Promise<void> {
    return this.#end(instance, { isSystem: true, remark: remark ?? '' }, signal);
  }

  cancel({ instance, by, remark }: DecideApproval, signal: AbortSignal): Promise<void> {
    return this.#end(instance, { isSystem: false, operatingUserId: by, remark: remark ?? '' }, signal);
  }

  /** The vendor has one word for an approval that is over and one that is too young to be ended. */
  async #end(instance: ApprovalInstance, body: Json, signal: AbortSignal): Promise<void> {
    try {
      await this.#post('approval.end', `${INSTANCES}/terminate`, signal, { processInstanceId: instance, ...body });
    } catch (error) {
      if (vendorCodeOf(error) !== 'aflowProcessInstStatusException') throw error;
      if (stateOf(await this.#read(instance, signal)) !== 'running') throw error;
      const why = 'approval.end: the vendor ends no approval in its first seconds';
      throw new GatewayError('platform_throttled', why, { cause: error, retryAfterMs: APPROVAL_TOO_EARLY_MS });
    }
  }

  async #read(instance: ApprovalInstance, signal: AbortSignal): Promise<Json> {
    const path = `${INSTANCES}?processInstanceId=${encodeURIComponent(instance)}`;
    return objectAt(await this.#get('approval.read', path, signal), 'result');
  }

  #get(api: string, path: string, signal: AbortSignal): Promise<Json> {
    return this.#client.call({ api, method: 'GET', path, priority: 'final', signal, repeatable: true });
  }

  #post(api: string, path: string, signal: AbortSignal, body: NonNullable<ApiCall['body']>): Promise<Json> {
    return this.#client.call({ api, method: 'POST', path, body, priority: 'final', signal });
  }
}

function stepFor({ who, accounts }: NonNullable<StartApproval['approvers']>[number]): Json {
  const actionType = accounts.length === 1 ? 'NONE' : who === 'all' ? 'AND' : 'OR';
  return { actionType, userIds: accounts };
}

function stateOf(read: Json): ApprovalState {
  switch (textAt(read, 'status')) {
    case 'COMPLETED':
      return textAt(read, 'result').toLowerCase() === 'agree' ? 'approved' : 'refused';
    case 'TERMINATED':
    case 'CANCELED':
      return isTakenBack(read) ? 'canceled' : 'terminated';
    default:
      return 'running';
  }
}

function isTakenBack(read: Json): boolean {
  const ended = recordsOf(read).findLast((record) => textAt(record, 'type') === 'TERMINATE_PROCESS_INSTANCE');
  return ended !== undefined && textAt(ended, 'userId') === textAt(read, 'originatorUserId');
}

function recordsOf(read: Json): readonly Json[] {
  return listAt(read, 'operationRecords').map((one) => asObject(one) ?? {});
}

function decisionOf(record: Json): readonly ApprovalDecision[] {
  const result = textAt(record, 'result').toUpperCase();
  if (!textAt(record, 'type').startsWith('EXECUTE_TASK') || (result !== 'AGREE' && result !== 'REFUSE')) return [];
  const remark = textAt(record, 'remark');
  return [
    {
      by: id(textAt(record, 'userId')),
      decision: result === 'AGREE' ? 'approved' : 'refused',
      at: timeOf(textAt(record, 'date')),
      ...(remark !== '' && { remark }),
    },
  ];
}

function runningTasks(read: Json): readonly Json[] {
  return listAt(read, 'tasks')
    .map((one) => asObject(one) ?? {})
    .filter((task) => textAt(task, 'status') === 'RUNNING');
}

/** `2026-01-02T11:52Z`: to the minute. */
function timeOf(text: string): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}
