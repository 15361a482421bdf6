import { SCOPE } from '../apps.ts';
import { type Call, data, type Endpoint, jsonBody, type Reply } from '../call.ts';
import { FeishuRefusal } from '../errors.ts';
import type { ApprovalInstance, ApprovalNode, FeishuApprovalDefinition } from './approvals.ts';
import { isValueOf } from './values.ts';

const BASE = '/open-apis/approval/v4';
const RIGHTS = [SCOPE.approval, SCOPE.approvalInstance];
const TASK_RIGHTS = [SCOPE.approval, SCOPE.approvalTask];

/** Approvals (server-docs/approval-v4). */
export const APPROVAL_ENDPOINTS: readonly Endpoint[] = [
  { method: 'GET', path: `${BASE}/approvals/:code`, scopes: RIGHTS, run: getDefinition },
  { method: 'POST', path: `${BASE}/approvals/:code/subscribe`, scopes: RIGHTS, run: (call) => subscribe(call, true) },
  {
    method: 'POST',
    path: `${BASE}/approvals/:code/unsubscribe`,
    scopes: RIGHTS,
    run: (call) => subscribe(call, false),
  },
  { method: 'POST', path: `${BASE}/instances`, scopes: RIGHTS, run: create },
  { method: 'GET', path: `${BASE}/instances`, scopes: RIGHTS, run: list },
  { method: 'GET', path: `${BASE}/instances/:id`, scopes: RIGHTS, run: get },
  { method: 'POST', path: `${BASE}/instances/cancel`, scopes: RIGHTS, run: cancel },
  { method: 'POST', path: `${BASE}/tasks/approve`, scopes: TASK_RIGHTS, run: (call) => decide(call, true) },
  { method: 'POST', path: `${BASE}/tasks/reject`, scopes: TASK_RIGHTS, run: (call) => decide(call, false) },
  ...(['instances', 'tasks'] as const).flatMap((kind): Endpoint[] => [
    {
      method: 'POST',
      path: `${BASE}/${kind}/subscription`,
      scopes: RIGHTS,
      run: (call) => newEvents(call, kind, true),
    },
    {
      method: 'DELETE',
      path: `${BASE}/${kind}/subscription`,
      scopes: RIGHTS,
      run: (call) => newEvents(call, kind, false),
    },
  ]),
];

function wrong(why: string): FeishuRefusal {
  return new FeishuRefusal(1390001, why);
}

function definitionOf({ world }: Call, code: unknown): FeishuApprovalDefinition {
  const found = world.approvals.definitions.get(String(code));
  if (found === undefined) throw new FeishuRefusal(1390002);
  return found;
}

function getDefinition(call: Call): Reply {
  const { name, widgets, nodes } = definitionOf(call, call.path[0]);
  const form = widgets.map((widget) => ({ custom_id: '', printable: true, required: false, ...widget }));
  return data({
    approval_name: name,
    status: 'ACTIVE',
    form: JSON.stringify(form),
    node_list: nodes.map((node) => ({
      name: node.name,
      need_approver: node.approvers.length === 0,
      node_id: node.id,
      custom_node_id: '',
      node_type: node.type,
      approver_chosen_multi: true,
      require_signature: false,
    })),
    viewers: [{ type: 'TENANT', user_id: '' }],
  });
}

function subscribe(call: Call, on: boolean): Reply {
  const { code } = definitionOf(call, call.path[0]);
  change(call, code, on);
  return data({});
}

/** v2 events are subscribed to by kind, not by definition. */
function newEvents(call: Call, kind: string, on: boolean): Reply {
  const type = jsonBody(call)['subscription_type'] ?? call.query.get('subscription_type');
  if (type !== 'INVOLVED_APPROVAL' && type !== 'MANAGED_APPROVAL') throw wrong('subscription_type');
  change(call, `v2 ${kind}`, on);
  return data({});
}

function change({ world, app }: Call, what: string, on: boolean): void {
  const mine = world.approvals.subscribed.get(app.id) ?? new Set();
  world.approvals.subscribed.set(app.id, mine);
  if (on && mine.has(what)) throw new FeishuRefusal(1390007);
  if (on) mine.add(what);
  else mine.delete(what);
}

/** One of the two ids of a person. */
function personIn({ world, app }: Call, id: unknown, kind: 'open_id' | 'user_id'): string {
  const found = world.accounts.find(String(id), kind, app);
  if (found === undefined || found === 'foreign') throw wrong(`there is no such ${kind}`);
  return found.id;
}

function create(call: Call): Reply {
  const { world } = call;
  world.rates.takeApproval(call.app.id);
  const body = jsonBody(call);
  const definition = definitionOf(call, body['approval_code']);
  const [openId, userId, uuid = ''] = [body['open_id'], body['user_id'], body['uuid']];
  if (openId === undefined && userId === undefined) throw wrong('user_id or open_id');
  const person = openId === undefined ? personIn(call, userId, 'user_id') : personIn(call, openId, 'open_id');
  if (typeof uuid !== 'string') throw wrong('uuid');
  if (uuid !== '' && [...world.approvals.instances.values()].some((one) => one.uuid === uuid)) {
    throw new FeishuRefusal(60012);
  }
  const form = formIn(definition, body['form']);
  const steps = definition.nodes.map((node) => ({ node, people: peopleOf(call, node, body) }));
  return data({ instance_code: world.approvals.start({ definition, person, form, steps, uuid }).code });
}

function formIn({ widgets }: FeishuApprovalDefinition, source: unknown): readonly Record<string, unknown>[] {
  if (typeof source !== 'string') throw wrong('form must be a string');
  const form = listIn(source);
  for (const { id, type, value } of form) {
    const widget = widgets.find((one) => one.id === id);
    if (widget === undefined || widget.type !== type || !isValueOf(widget, value)) throw wrong(`form: ${String(id)}`);
  }
  const missing = widgets.find((widget) => widget.required === true && !form.some(({ id }) => id === widget.id));
  if (missing !== undefined) throw wrong(`form: ${missing.id} is required`);
  return form;
}

function listIn(source: string): readonly Record<string, unknown>[] {
  try {
    const list: unknown = JSON.parse(source);
    if (Array.isArray(list)) return list as readonly Record<string, unknown>[];
  } catch {
    // Told below.
  }
  throw wrong('form is not the JSON of a list');
}

function peopleOf(call: Call, node: ApprovalNode, body: Record<string, unknown>): readonly string[] {
  if (node.approvers.length > 0) return node.approvers;
  for (const [field, kind] of [
    ['node_approver_open_id_list', 'open_id'],
    ['node_approver_user_id_list', 'user_id'],
  ] as const) {
    const lists = (body[field] ?? []) as readonly { readonly key?: string; readonly value?: readonly unknown[] }[];
    const chosen = lists.find(({ key }) => key === node.id)?.value ?? [];
    if (chosen.length > 0) return chosen.map((one) => personIn(call, one, kind));
  }
  throw wrong(`node ${node.id} needs approvers`);
}

function get(call: Call): Reply {
  return data(instanceView(call, call.world.approvals.get(call.path[0] ?? '')));
}

function instanceView({ world, app }: Call, instance: ApprovalInstance): object {
  const { definition, person, startedAt, endedAt, status, timeline, tasks } = instance;
  const who = (id: string): object => {
    const { open_id, user_id } = world.accounts.ids(id, app);
    return { open_id, user_id };
  };
  return {
    approval_name: definition.name,
    approval_code: definition.code,
    instance_code: instance.code,
    serial_number: instance.serial,
    uuid: instance.uuid,
    ...who(person),
    department_id: '',
    status: status === 'REVERTED' ? 'CANCELED' : status,
    reverted: status === 'REVERTED',
    start_time: String(startedAt),
    end_time: String(endedAt ?? 0),
    form: JSON.stringify(
      instance.form.map((one) => ({ ...one, name: definition.widgets.find(({ id }) => id === one['id'])?.name })),
    ),
    task_list: tasks.map((task) => ({
      id: task.id,
      ...who(task.person),
      status: task.status,
      node_id: task.node.id,
      node_name: task.node.name,
      custom_node_id: '',
      type: task.node.type,
      start_time: String(task.startedAt),
      end_time: String(task.endedAt ?? 0),
    })),
    comment_list: [],
    timeline: timeline.map(({ type, person: by, at, comment }) => ({
      type,
      create_time: String(at),
      ...who(by),
      comment,
    })),
  };
}

function list({ world, query }: Call): Reply {
  const [code, from, to] = [query.get('approval_code'), Number(query.get('start_time')), Number(query.get('end_time'))];
  if (code === null || !(from > 0) || !(to > 0)) throw wrong('approval_code, start_time and end_time');
  const found = [...world.approvals.instances.values()].filter(
    ({ definition, startedAt }) => definition.code === code && startedAt >= from && startedAt <= to,
  );
  return data({ instance_code_list: found.map((one) => one.code), has_more: false, page_token: '' });
}

function ofBody(call: Call): {
  readonly instance: ApprovalInstance;
  readonly person: string;
  readonly body: Record<string, unknown>;
} {
  const body = jsonBody(call);
  definitionOf(call, body['approval_code']);
  const kind = call.query.get('user_id_type') ?? 'open_id';
  if (kind !== 'open_id' && kind !== 'user_id') throw wrong('user_id_type');
  const instance = call.world.approvals.get(String(body['instance_code']));
  return { instance, body, person: personIn(call, body['user_id'], kind) };
}

function decide(call: Call, approve: boolean): Reply {
  const { instance, person, body } = ofBody(call);
  call.world.approvals.decide(
    instance,
    String(body['task_id']),
    person,
    approve,
    typeof body['comment'] === 'string' ? body['comment'] : '',
  );
  return data({});
}

function cancel(call: Call): Reply {
  const { instance, person } = ofBody(call);
  call.world.approvals.cancel(instance, person);
  return data({});
}
