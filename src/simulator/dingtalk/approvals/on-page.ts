import { asObject, type Json, parseObject, textAt } from '../../../lib/read.ts';
import type { DingtalkApprovalCard, DingtalkApprovalStep, DingtalkFormValue, SimApprovalForm } from '../../contract.ts';
import type { DingtalkMessage } from '../model.ts';
import type { DingtalkWorld } from '../world.ts';
import type { ApprovalInstance, ApprovalRecord, Approvals, ApprovalTask } from './approvals.ts';

/** Type of the messages in which people find what waits for them, and what they asked for. */
export const APPROVAL_TYPE = 'approval';

const FIELD_KINDS: Readonly<Record<string, SimApprovalForm['fields'][number]['kind']>> = {
  TextareaField: 'text',
  NumberField: 'number',
  MoneyField: 'number',
  DDSelectField: 'choice',
};

/** What people can ask for in their clients. */
export function formViews({ templates }: Approvals): SimApprovalForm[] {
  return [...templates.values()].map(({ processCode, name, fields }) => ({
    platform: 'dingtalk',
    id: processCode,
    name,
    fields: fields.map(({ label, componentType, options = [], required = false }) => {
      const kind = FIELD_KINDS[componentType] ?? 'line';
      // A choice that names none is written.
      return { label, options, required, kind: kind === 'choice' && options.length === 0 ? 'line' : kind };
    }),
  }));
}

/** Shows an instance to who asked and to everybody it waits for, and tells whoever looks on that it has changed. */
export function showApproval(world: DingtalkWorld, instance: ApprovalInstance): void {
  for (const message of shownOf(world, instance.id)) world.messages.changed(message);
  show(world, instance, instance.originator, undefined);
  for (const { userId, taskId } of instance.tasks) show(world, instance, userId, taskId);
}

function shownOf({ chats }: DingtalkWorld, id: string): DingtalkMessage[] {
  const own = [...chats.all.values()].filter(({ purpose }) => purpose === 'approvals');
  return own.flatMap(({ messages }) => messages.filter(({ body }) => body['instanceId'] === id));
}

function show(world: DingtalkWorld, { id }: ApprovalInstance, userId: string, taskId: number | undefined): void {
  const person = world.accounts.member(userId)?.person.id;
  if (person === undefined) return;
  const chat = world.chats.approvals(person);
  if (chat.messages.some(({ body }) => body['instanceId'] === id && body['taskId'] === taskId)) return;
  const body = { instanceId: id, ...(taskId !== undefined && { taskId }) };
  world.messages.add({ chat, body, type: APPROVAL_TYPE, from: { kind: 'system' } });
}

/** What one person sees of an approval; undefined when it is gone. */
export function approvalView(world: DingtalkWorld, { body }: DingtalkMessage): DingtalkApprovalCard | undefined {
  const instance = world.approvals.instances.get(textAt(body, 'instanceId'));
  if (instance === undefined) return undefined;
  const task = instance.tasks.find(({ taskId }) => taskId === body['taskId']);
  const form = instance.form.map((one) => formValue(world, one));
  const by = world.accounts.member(instance.originator)?.person.name ?? '';
  return {
    look: 'approval',
    summary: `${by}提交的${instance.template.name}`,
    process: instance.template.processCode,
    instance: instance.id,
    number: instance.businessId,
    title: instance.template.name,
    by,
    originator: personOf(world, instance.originator),
    role: task === undefined ? 'originator' : 'approver',
    state: task === undefined ? stateOfInstance(instance) : stateOfTask(task),
    text: form.map(({ name, value }) => `${name}：${value}`).join('\n'),
    form,
    steps: stepsOf(world, instance),
    buttons: buttonsOf(instance, task),
  };
}

function personOf({ accounts }: DingtalkWorld, userId: string): string {
  return accounts.member(userId)?.person.id ?? userId;
}

function stateOfInstance({ status, result }: ApprovalInstance): DingtalkApprovalCard['state'] {
  if (status === 'TERMINATED') return 'withdrawn';
  return result ?? 'waiting';
}

const TASK_STATES: Readonly<Record<ApprovalTask['result'], DingtalkApprovalCard['state']>> = {
  AGREE: 'agree',
  REFUSE: 'refuse',
  REDIRECTED: 'redirected',
  NONE: 'cancelled',
};

function stateOfTask({ status, result }: ApprovalTask): DingtalkApprovalCard['state'] {
  return status === 'RUNNING' ? 'waiting' : TASK_STATES[result];
}

function buttonsOf({ status }: ApprovalInstance, task: ApprovalTask | undefined): DingtalkApprovalCard['buttons'] {
  if (status !== 'RUNNING') return [];
  if (task === undefined) return [{ text: '撤销', id: 'withdraw' }];
  if (task.status !== 'RUNNING') return [];
  return [
    { text: '同意', id: 'agree' },
    { text: '拒绝', id: 'refuse' },
  ];
}

function stepsOf(world: DingtalkWorld, instance: ApprovalInstance): DingtalkApprovalStep[] {
  const { records, tasks, steps, step, status } = instance;
  const done = records.map((record): DingtalkApprovalStep => {
    const { userId, at, remark } = record;
    const base = { kind: kindOf(record), people: [personOf(world, userId)], needs: 'all', at } as const;
    return { ...base, ...(remark !== '' && { remark }) };
  });
  if (status !== 'RUNNING') return done;
  const people = (userIds: readonly string[]): string[] => userIds.map((userId) => personOf(world, userId));
  const waiting = tasks.filter((task) => task.status === 'RUNNING').map(({ userId }) => userId);
  return [
    ...done,
    { kind: 'waiting', people: people(waiting), needs: needsOf(steps[step]?.actionType) },
    ...steps.slice(step + 1).map(
      ({ userIds, actionType }): DingtalkApprovalStep => ({
        kind: 'later',
        people: people(userIds),
        needs: needsOf(actionType),
      }),
    ),
  ];
}

function needsOf(actionType: 'AND' | 'OR' | 'NONE' | undefined): DingtalkApprovalStep['needs'] {
  return actionType === 'OR' ? 'one' : 'all';
}

const RECORD_KINDS: Readonly<
  Record<Exclude<ApprovalRecord['type'], 'EXECUTE_TASK_NORMAL'>, DingtalkApprovalStep['kind']>
> = {
  START_PROCESS_INSTANCE: 'started',
  REDIRECT_TASK: 'redirected',
  TERMINATE_PROCESS_INSTANCE: 'withdrawn',
  ADD_REMARK: 'remark',
};

function kindOf({ type, result }: ApprovalRecord): DingtalkApprovalStep['kind'] {
  if (type !== 'EXECUTE_TASK_NORMAL') return RECORD_KINDS[type];
  return result === 'AGREE' ? 'agree' : 'refuse';
}

/** A field as people read it: lists and tables come as JSON. */
function formValue(world: DingtalkWorld, one: Json): DingtalkFormValue {
  const names = listIn(textAt(one, 'name'));
  const source = textAt(one, 'value');
  const values = listIn(source);
  return {
    name: names === undefined ? textAt(one, 'name') : names.map(String).join(' – '),
    value:
      values === undefined
        ? source
        : values.map((value) => wordsOf(world, value)).join(values.some(Array.isArray) ? '\n' : '、'),
  };
}

/** A row of a table becomes a line; somebody's id becomes her name. */
function wordsOf(world: DingtalkWorld, value: unknown): string {
  if (Array.isArray(value)) {
    const cells = value.map((cell) => formValue(world, asObject(cell) ?? {}));
    return cells.map(({ name, value: words }) => `${name} ${words}`).join('，');
  }
  const file = asObject(value);
  if (file !== undefined) return textAt(file, 'fileName');
  return world.accounts.member(String(value))?.person.name ?? String(value);
}

function listIn(source: string): readonly unknown[] | undefined {
  if (!source.startsWith('[')) return undefined;
  const list = parseObject(`{"list":${source}}`)?.['list'];
  return Array.isArray(list) ? list : undefined;
}
