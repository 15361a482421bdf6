import { asObject, type Json, listAt, numberAt, textAt } from '../../../lib/read.ts';
import { type Call, type Endpoint, json, jsonBody } from '../call.ts';
import { ApiRefusal } from '../errors.ts';
import { type ApprovalInstance, type ApprovalStep, type ApprovalTemplate, minute } from './approvals.ts';
import { isValueOf } from './values.ts';

const BASE = { api: 'new', token: 'app', counted: true } as const;
const READ = { ...BASE, method: 'GET', scope: 'Workflow.Instance.Read' } as const;
const WRITE = { ...BASE, method: 'POST', scope: 'Workflow.Instance.Write' } as const;
const PATH = '/v1.0/workflow/processInstances';
const DONE: Json = { success: true, result: true };
const MAX_STEPS = 20;
const MAX_VALUES = 150;
const MAX_LIST_USERS = 10;
const LIST_WINDOW_MS = 120 * 24 * 60 * 60_000;

/** Approvals (obtains-the-details-of-a-single-approval-instance-pop, approve-or-reject-the-approval-task, and their neighbours). */
export const APPROVAL_ENDPOINTS: readonly Endpoint[] = [
  { ...WRITE, path: PATH, run: start },
  {
    ...READ,
    path: PATH,
    run: ({ world, query }) =>
      json({ success: 'true', result: instanceView(world.approvals.get(query.get('processInstanceId') ?? '')) }),
  },
  {
    ...WRITE,
    path: `${PATH}/execute`,
    run(call) {
      const body = jsonBody(call);
      const decision = textAt(body, 'result');
      if (decision !== 'agree' && decision !== 'refuse') throw wrong('result is agree or refuse');
      const who = { taskId: numberAt(body, 'taskId') ?? 0, userId: member(call, textAt(body, 'actionerUserId')) };
      call.world.approvals.decide(textAt(body, 'processInstanceId'), who, decision, textAt(body, 'remark'));
      return json(DONE);
    },
  },
  {
    ...WRITE,
    path: `${PATH}/terminate`,
    run(call) {
      const body = jsonBody(call);
      const [id, isSystem] = [textAt(body, 'processInstanceId'), body['isSystem']];
      if (typeof isSystem !== 'boolean') throw wrong('isSystem is missing');
      const userId = isSystem ? undefined : member(call, textAt(body, 'operatingUserId'));
      const { originator } = call.world.approvals.get(id);
      if (userId !== undefined && userId !== originator) throw wrong('operatingUserId is not the originator');
      call.world.approvals.terminate(id, userId, textAt(body, 'remark'));
      return json(DONE);
    },
  },
  {
    ...WRITE,
    path: `${PATH}/comments`,
    run(call) {
      const body = jsonBody(call);
      const userId = member(call, textAt(body, 'commentUserId'));
      call.world.approvals.comment(textAt(body, 'processInstanceId'), userId, textAt(body, 'text'));
      return json(DONE);
    },
  },
  {
    ...WRITE,
    path: '/v1.0/workflow/tasks/redirect',
    run(call) {
      const body = jsonBody(call);
      const [from, to] = [member(call, textAt(body, 'operateUserId')), member(call, textAt(body, 'toUserId'))];
      call.world.approvals.redirect(numberAt(body, 'taskId') ?? 0, from, to);
      return json(DONE);
    },
  },
  {
    ...READ,
    method: 'POST',
    path: '/v1.0/workflow/processes/instanceIds/query',
    run(call) {
      const body = jsonBody(call);
      const [from, to] = [numberAt(body, 'startTime') ?? 0, numberAt(body, 'endTime') ?? call.world.clock.now()];
      const users = listAt(body, 'userIds');
      if (users.length > MAX_LIST_USERS || to - from > LIST_WINDOW_MS) throw wrong('userIds, or the window');
      const found = [...call.world.approvals.instances.values()].filter(
        ({ template, createdAt, originator }) =>
          template.processCode === textAt(body, 'processCode') &&
          createdAt >= from &&
          createdAt <= to &&
          (users.length === 0 || users.includes(originator)),
      );
      const [skip, size] = [numberAt(body, 'nextToken') ?? 0, Math.min(numberAt(body, 'maxResults') ?? 20, 20)];
      const list = found.slice(skip, skip + size).map(({ id }) => id);
      return json({ success: true, result: { list, ...(skip + size < found.length && { nextToken: skip + size }) } });
    },
  },
  {
    ...READ,
    scope: 'Workflow.Form.Read',
    path: '/v1.0/workflow/processes/userVisibilities/templates',
    run({ world }) {
      const processList = [...world.approvals.templates.values()].map(({ name, processCode }) => ({
        name,
        processCode,
      }));
      return json({ success: true, result: { processList } });
    },
  },
  {
    ...READ,
    scope: 'Workflow.Form.Read',
    path: '/v1.0/workflow/forms/schemas/processCodes',
    run(call) {
      const { name, fields, processCode } = template(call, call.query.get('processCode') ?? '');
      const items = fields.map(({ componentType, label, required = false, options, format }, index) => ({
        componentName: componentType,
        props: {
          componentId: `${componentType}_${index}`,
          label,
          required,
          ...(options && { options: options.map((value, at) => ({ key: `option_${at}`, value })) }),
          ...(format !== undefined && { format }),
        },
      }));
      return json({ result: { name, processCode, schemaContent: { title: name, items } } });
    },
  },
];

function wrong(message: string): ApiRefusal {
  return new ApiRefusal(400, 'invalidParameter', message);
}

function member({ world }: Call, userId: string): string {
  if (world.accounts.member(userId) === undefined) throw new ApiRefusal(400, 'userNotExist', 'there is no such user');
  return userId;
}

function template({ world }: Call, code: string): ApprovalTemplate {
  const found = world.approvals.templates.get(code);
  if (found === undefined) throw new ApiRefusal(400, 'processCodeError', 'there is no such processCode');
  return found;
}

function start(call: Call) {
  const body = jsonBody(call);
  const known = template(call, textAt(body, 'processCode'));
  const originator = member(call, textAt(body, 'originatorUserId'));
  const steps = stepsIn(call, body, known);
  const form = listAt(body, 'formComponentValues').map((one) => asObject(one) ?? {});
  if (form.length === 0 || form.length > MAX_VALUES) throw wrong('formComponentValues: 1 to 150');
  for (const { name, value } of form) {
    if (typeof name !== 'string' || typeof value !== 'string') throw new ApiRefusal(400, 'formConverterError');
    // Its name may be that of several fields, as JSON.
    const isKnown = name.startsWith('[') || known.fields.some(({ label }) => label === name);
    if (!isKnown) throw new ApiRefusal(400, 'formConverterError', `the form has no ${name}`);
    const field = known.fields.find(({ label }) => label === name);
    if (field !== undefined && !isValueOf(field, value)) throw new ApiRefusal(400, 'formConverterError', name);
  }
  const missing = known.fields.find(
    ({ label, required }) => required === true && !form.some(({ name }) => name === label),
  );
  if (missing !== undefined) throw new ApiRefusal(400, 'formConverterError', `${missing.label} is missing`);
  return json({ instanceId: call.world.approvals.start({ template: known, originator, form, steps }).id });
}

function stepsIn(call: Call, body: Json, known: ApprovalTemplate): ApprovalStep[] {
  const given = listAt(body, 'approvers').map((one) => asObject(one) ?? {});
  if (given.length > MAX_STEPS) throw wrong('at most 20 approvers');
  if (given.length === 0) {
    if (numberAt(body, 'deptId') === undefined) throw wrong('deptId is missing');
    return known.approvers.map((userId) => ({ actionType: 'NONE', userIds: [member(call, userId)] }));
  }
  return given.map((step) => {
    const actionType = textAt(step, 'actionType');
    const userIds = listAt(step, 'userIds').map((one) => member(call, String(one)));
    if (actionType !== 'AND' && actionType !== 'OR' && actionType !== 'NONE') throw wrong('actionType');
    if (userIds.length === 0 || (actionType === 'NONE' && userIds.length > 1)) throw wrong('userIds');
    return { actionType, userIds };
  });
}

function instanceView(instance: ApprovalInstance): Json {
  const {
    template: known,
    originator,
    createdAt,
    finishedAt,
    status,
    result,
    businessId,
    form,
    tasks,
    records,
  } = instance;
  return {
    title: known.name,
    createTime: minute(createdAt),
    ...(finishedAt && { finishTime: minute(finishedAt) }),
    originatorUserId: originator,
    originatorDeptId: '-1',
    status,
    result: result ?? '',
    businessId,
    approverUserIds: instance.steps.flatMap(({ userIds }) => userIds),
    ccUserIds: [],
    bizAction: 'NONE',
    formComponentValues: form,
    operationRecords: records.map(({ at, ...record }) => ({ ...record, date: minute(at), attachments: [] })),
    tasks: tasks.map((task) => ({
      taskId: task.taskId,
      userId: task.userId,
      status: task.status,
      result: task.result,
      createTime: minute(task.createdAt),
      ...(task.finishedAt && { finishTime: minute(task.finishedAt) }),
      processInstanceId: instance.id,
    })),
  };
}
