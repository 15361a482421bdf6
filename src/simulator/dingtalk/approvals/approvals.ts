import { randomUUID } from 'node:crypto';
import type { Json } from '../../../lib/read.ts';
import type { SimClock } from '../../clock.ts';
import { ApiRefusal } from '../errors.ts';

export interface ApprovalField {
  /** Of a range the JSON of two labels. */
  readonly label: string;
  readonly componentType: string;
  readonly required?: boolean;
  /** Of selections. */
  readonly options?: readonly string[];
  /** Of dates: `yyyy-MM-dd` where absent, or `yyyy-MM-dd HH:mm`. */
  readonly format?: string;
}

export interface ApprovalTemplate {
  /** `PROC-…` */
  readonly processCode: string;
  readonly name: string;
  readonly fields: readonly ApprovalField[];
  /** Who decides when the caller names nobody, by userid. */
  readonly approvers: readonly string[];
}

export interface ApprovalStep {
  readonly actionType: 'AND' | 'OR' | 'NONE';
  readonly userIds: readonly string[];
}

export type Decision = 'agree' | 'refuse';

/** A task is running until it is decided, handed on or cancelled. */
export interface ApprovalTask {
  readonly taskId: number;
  readonly userId: string;
  readonly createdAt: number;
  status: 'RUNNING' | 'CANCELED' | 'COMPLETED';
  result: 'AGREE' | 'REFUSE' | 'REDIRECTED' | 'NONE';
  finishedAt: number | undefined;
}

/** One thing that was done with an instance, by the vendor's words. */
export interface ApprovalRecord {
  readonly userId: string;
  readonly at: number;
  readonly type:
    | 'START_PROCESS_INSTANCE'
    | 'EXECUTE_TASK_NORMAL'
    | 'REDIRECT_TASK'
    | 'TERMINATE_PROCESS_INSTANCE'
    | 'ADD_REMARK';
  readonly result: 'AGREE' | 'REFUSE' | 'NONE';
  readonly remark: string;
}

/** An instance runs until everybody agreed, somebody refused, or it was ended. */
export interface ApprovalInstance {
  readonly id: string;
  readonly businessId: string;
  readonly template: ApprovalTemplate;
  readonly originator: string;
  readonly createdAt: number;
  readonly form: readonly Json[];
  readonly steps: readonly ApprovalStep[];
  readonly tasks: ApprovalTask[];
  readonly records: ApprovalRecord[];
  step: number;
  status: 'RUNNING' | 'TERMINATED' | 'COMPLETED';
  result: Decision | undefined;
  finishedAt: number | undefined;
}

export interface ApprovalListener {
  /** What subscribers hear. (event-bpms-instance-change, event-bpms-task-change) */
  event(type: 'bpms_instance_change' | 'bpms_task_change', data: Json): void;
  changed(instance: ApprovalInstance): void;
}

export interface Approvals {
  readonly templates: ReadonlyMap<string, ApprovalTemplate>;
  readonly instances: ReadonlyMap<string, ApprovalInstance>;
  start(wanted: Pick<ApprovalInstance, 'template' | 'originator' | 'form' | 'steps'>): ApprovalInstance;
  /** @throws {ApiRefusal} When it is no running task of hers. */
  decide(id: string, who: { taskId: number; userId: string }, decision: Decision, remark?: string): void;
  redirect(taskId: number, from: string, to: string): void;
  /** @param userId - Who takes it back; absent where an administrator's program ends it. */
  terminate(id: string, userId: string | undefined, remark: string): void;
  /** Taken back by who asked, in her client, where she need not wait. */
  withdraw(id: string, originator: string, remark: string): void;
  comment(id: string, userId: string, text: string): void;
  /** @throws {ApiRefusal} When it is unknown. */
  get(id: string): ApprovalInstance;
  clear(): void;
}

/** No instance can be ended so soon. (approve-or-reject-the-approval-task and its neighbours) */
const TOO_EARLY_MS = 15_000;
const FIRST_TASK = 70_000_000_001;

export function createApprovals(
  clock: SimClock,
  templates: readonly ApprovalTemplate[],
  listener: ApprovalListener,
): Approvals {
  const instances = new Map<string, ApprovalInstance>();
  let lastTask = FIRST_TASK;

  const common = ({ id, template, businessId }: ApprovalInstance): Json => ({
    processInstanceId: id,
    processCode: template.processCode,
    businessId,
    title: template.name,
  });
  const tellInstance = (instance: ApprovalInstance, type: 'start' | 'finish' | 'terminate'): void => {
    const { originator: staffId, createdAt: createTime, finishedAt: finishTime, result } = instance;
    const more = { ...(finishTime && { finishTime }), ...(type === 'finish' && { result }) };
    listener.event('bpms_instance_change', { ...common(instance), type, staffId, createTime, ...more });
  };
  const tellTask = (instance: ApprovalInstance, task: ApprovalTask, type: string, more: Json = {}): void => {
    const { taskId, userId: staffId, createdAt: createTime, finishedAt: finishTime } = task;
    const times = { createTime, ...(finishTime && { finishTime }) };
    listener.event('bpms_task_change', { ...common(instance), taskId, type, staffId, ...times, ...more });
  };
  const open = (instance: ApprovalInstance, userId: string): void => {
    lastTask += 1;
    const base = { taskId: lastTask, userId, createdAt: clock.now(), finishedAt: undefined } as const;
    const task: ApprovalTask = { ...base, status: 'RUNNING', result: 'NONE' };
    instance.tasks.push(task);
    tellTask(instance, task, 'start');
  };
  const close = (task: ApprovalTask, status: ApprovalTask['status'], result: ApprovalTask['result']): void =>
    void Object.assign(task, { status, result, finishedAt: clock.now() });
  const cancelRest = (instance: ApprovalInstance): void => {
    for (const task of instance.tasks.filter(({ status }) => status === 'RUNNING')) {
      close(task, 'CANCELED', 'NONE');
      tellTask(instance, task, 'cancel');
    }
  };
  const end = (instance: ApprovalInstance, result: Decision): void => {
    cancelRest(instance);
    Object.assign(instance, { status: 'COMPLETED', result, finishedAt: clock.now() });
    tellInstance(instance, 'finish');
  };
  const goOn = (instance: ApprovalInstance): void => {
    cancelRest(instance);
    instance.step += 1;
    const next = instance.steps[instance.step];
    if (next === undefined) return end(instance, 'agree');
    for (const userId of next.userIds) open(instance, userId);
  };
  const record = (
    instance: ApprovalInstance,
    userId: string,
    type: ApprovalRecord['type'],
    result: ApprovalRecord['result'],
    remark = '',
  ): void => void instance.records.push({ userId, type, result, remark, at: clock.now() });
  const stop = (instance: ApprovalInstance, userId: string | undefined, remark: string): void => {
    if (instance.status !== 'RUNNING') throw new ApiRefusal(400, 'aflowProcessInstStatusException');
    cancelRest(instance);
    Object.assign(instance, { status: 'TERMINATED', finishedAt: clock.now() });
    record(instance, userId ?? 'system', 'TERMINATE_PROCESS_INSTANCE', 'NONE', remark);
    tellInstance(instance, 'terminate');
    listener.changed(instance);
  };
  const runningTask = (instance: ApprovalInstance, taskId: number, userId: string): ApprovalTask => {
    const task = instance.tasks.find((one) => one.taskId === taskId && one.userId === userId);
    if (task?.status !== 'RUNNING') throw new ApiRefusal(400, 'aflowProcessInstStatusException', 'no running task');
    return task;
  };
  const get = (id: string): ApprovalInstance => {
    const instance = instances.get(id);
    if (instance === undefined) throw new ApiRefusal(400, 'aflowProcessInstNotExist', 'there is no such instance');
    return instance;
  };

  return {
    templates: new Map(templates.map((template) => [template.processCode, template])),
    instances,
    get,
    start(wanted) {
      const instance: ApprovalInstance = {
        ...wanted,
        id: randomUUID(),
        businessId: `2026${String(instances.size + 1).padStart(10, '0')}`,
        createdAt: clock.now(),
        tasks: [],
        records: [],
        step: -1,
        status: 'RUNNING',
        result: undefined,
        finishedAt: undefined,
      };
      instances.set(instance.id, instance);
      record(instance, wanted.originator, 'START_PROCESS_INSTANCE', 'NONE');
      tellInstance(instance, 'start');
      goOn(instance);
      listener.changed(instance);
      return instance;
    },
    decide(id, { taskId, userId }, decision, remark) {
      const instance = get(id);
      const task = runningTask(instance, taskId, userId);
      const result = decision === 'agree' ? 'AGREE' : 'REFUSE';
      close(task, 'COMPLETED', result);
      record(instance, userId, 'EXECUTE_TASK_NORMAL', result, remark);
      tellTask(instance, task, 'finish', { result: decision, remark: remark ?? '' });
      const isWaiting = instance.tasks.some(({ status }) => status === 'RUNNING');
      if (decision === 'refuse') end(instance, 'refuse');
      else if (instance.steps[instance.step]?.actionType !== 'AND' || !isWaiting) goOn(instance);
      listener.changed(instance);
    },
    redirect(taskId, from, to) {
      const instance = [...instances.values()].find(({ tasks }) => tasks.some((task) => task.taskId === taskId));
      if (instance === undefined) throw new ApiRefusal(400, 'aflowProcessInstNotExist', 'there is no such task');
      const task = runningTask(instance, taskId, from);
      close(task, 'COMPLETED', 'REDIRECTED');
      record(instance, from, 'REDIRECT_TASK', 'NONE');
      tellTask(instance, task, 'finish', { result: 'redirect' });
      open(instance, to);
      listener.changed(instance);
    },
    terminate(id, userId, remark) {
      const instance = get(id);
      const isEarly = clock.now() - instance.createdAt < TOO_EARLY_MS;
      if (isEarly) throw new ApiRefusal(400, 'aflowProcessInstStatusException');
      stop(instance, userId, remark);
    },
    withdraw(id, originator, remark) {
      const instance = get(id);
      if (instance.originator !== originator) throw new ApiRefusal(400, 'needAuth', 'somebody else asked for that');
      stop(instance, originator, remark);
    },
    comment(id, userId, text) {
      const instance = get(id);
      record(instance, userId, 'ADD_REMARK', 'NONE', text);
      listener.changed(instance);
    },
    clear: () => instances.clear(),
  };
}

/** As the vendor writes times here: to the minute. */
export function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
