import type { FeishuApp } from '../apps.ts';
import { type FeishuEvent, newEventId, visibleIds } from '../events.ts';
import type { FeishuWorld } from '../world.ts';
import type { ApprovalInstance, ApprovalListener, ApprovalTask } from './approvals.ts';

/**
 * Tells apps of approvals: v1 to those that subscribed to the definition, v2 to those that subscribed to the kind. (approval-v4, events)
 */
export function tellApprovals(world: () => FeishuWorld): ApprovalListener {
  const tell = (
    kind: 'instance' | 'task',
    code: string,
    make: (app: FeishuApp, isNew: boolean) => FeishuEvent,
  ): void => {
    const { apps, approvals, deliverer } = world();
    for (const app of apps.values()) {
      const mine = approvals.subscribed.get(app.id);
      if (mine?.has(code)) void deliverer.deliver(app, make(app, false));
      if (mine?.has(`v2 ${kind}s`)) void deliverer.deliver(app, make(app, true));
    }
  };
  return {
    instance: (instance) =>
      tell('instance', instance.definition.code, (app, isNew) => instanceEvent(world(), app, instance, isNew)),
    task: (instance, task) =>
      tell('task', instance.definition.code, (app, isNew) => taskEvent(world(), app, instance, task, isNew)),
  };
}

function instanceEvent(world: FeishuWorld, app: FeishuApp, instance: ApprovalInstance, isNew: boolean): FeishuEvent {
  const at = world.clock.now();
  const same = {
    approval_code: instance.definition.code,
    instance_code: instance.code,
    status: instance.status,
    operate_time: String(at),
  };
  const id = newEventId();
  if (isNew) {
    const start_user = visibleIds(world.accounts.ids(instance.person, app), app);
    return { type: 'approval.instance.status_changed_v4', id, at, body: { ...same, external_id: '', start_user } };
  }
  const body = { ...same, instance_operate_time: String(at), uuid: instance.uuid };
  return { type: 'approval_instance', id, at, version: 1, body };
}

function taskEvent(
  world: FeishuWorld,
  app: FeishuApp,
  instance: ApprovalInstance,
  task: ApprovalTask,
  isNew: boolean,
): FeishuEvent {
  const at = world.clock.now();
  const ids = world.accounts.ids(task.person, app);
  const same = {
    approval_code: instance.definition.code,
    instance_code: instance.code,
    task_id: task.id,
    status: task.status,
    operate_time: String(at),
  };
  const id = newEventId();
  if (isNew) {
    const body = { ...same, task_external_id: '', assigned_user: visibleIds(ids, app) };
    return { type: 'approval.task.status_changed_v4', id, at, body };
  }
  const { open_id, user_id } = ids;
  const body = { ...same, open_id, user_id, custom_key: '', def_key: task.node.id, extra: '' };
  return { type: 'approval_task', id, at, version: 1, body };
}
