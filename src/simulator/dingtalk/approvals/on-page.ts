import { asObject, type Json, numberAt, textAt } from '../../../lib/read.ts';
import type { DingtalkMessage } from '../model.ts';
import type { DingtalkWorld } from '../world.ts';

/** Type of the messages in which people find what waits for them. */
export const APPROVAL_TYPE = 'approval';

/** Shows a task to the person it waits for, and tells whoever looks on when it changes. */
export function showTask({ accounts, chats, messages }: DingtalkWorld, data: Json): void {
  const person = accounts.member(textAt(data, 'staffId'))?.person.id;
  if (person === undefined) return;
  const chat = chats.approvals(person);
  const taskId = numberAt(data, 'taskId');
  const shown = chat.messages.find(({ body }) => body['taskId'] === taskId);
  if (shown !== undefined) return messages.changed(shown);
  const body = { taskId, instanceId: textAt(data, 'processInstanceId') };
  messages.add({ chat, body, type: APPROVAL_TYPE, from: { kind: 'system' } });
}

/** The task as a card: what is asked for, how it stands, and the two buttons while it waits. */
export function approvalView({ approvals, accounts }: DingtalkWorld, { body }: DingtalkMessage): Json {
  const instance = approvals.instances.get(textAt(body, 'instanceId'));
  const task = instance?.tasks.find(({ taskId }) => taskId === body['taskId']);
  if (instance === undefined || task === undefined) return { template: APPROVAL_TYPE, buttons: [] };
  const rows = instance.form.map((one) => {
    const { name, value } = asObject(one) ?? {};
    return `${String(name)}：${String(value)}`;
  });
  const isRunning = task.status === 'RUNNING';
  const buttons = [
    { text: '同意', id: 'agree', url: undefined },
    { text: '拒绝', id: 'refuse', url: undefined },
  ];
  return {
    template: APPROVAL_TYPE,
    title: instance.template.name,
    by: accounts.member(instance.originator)?.person.name ?? '',
    text: rows.join('\n'),
    state: isRunning ? 'waiting' : task.result.toLowerCase(),
    instance: instance.id,
    buttons: isRunning ? buttons : [],
  };
}
