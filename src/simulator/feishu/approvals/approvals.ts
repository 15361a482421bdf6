import { randomUUID } from 'node:crypto';
import type { SimClock } from '../../clock.ts';
import { FeishuRefusal } from '../errors.ts';

/** A widget of a form, in the vendor's words (approval-v4/approval/get). */
export interface ApprovalWidget {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly required?: boolean;
  readonly option?: readonly { readonly value: string; readonly text: string }[];
  /** Of dates: `YYYY-MM-DD`, `YYYY-MM-DD hh:mm`. */
  readonly value?: string;
}

/** One step of a definition. */
export interface ApprovalNode {
  readonly id: string;
  readonly name: string;
  readonly type: 'AND' | 'OR';
  /** By `SimPerson.id`; empty where whoever asks chooses. */
  readonly approvers: readonly string[];
}

export interface FeishuApprovalDefinition {
  readonly code: string;
  readonly name: string;
  readonly widgets: readonly ApprovalWidget[];
  readonly nodes: readonly ApprovalNode[];
}

export type TaskStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'DONE';

export interface ApprovalTask {
  readonly id: string;
  readonly person: string;
  readonly node: ApprovalNode;
  readonly startedAt: number;
  status: TaskStatus;
  endedAt: number | undefined;
}

/** `REVERTED` is what an event says of an approved one that is taken back; the API then says `CANCELED`. */
export type InstanceStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'CANCELED' | 'DELETED' | 'REVERTED';

export interface ApprovalInstance {
  readonly code: string;
  readonly uuid: string;
  readonly serial: string;
  readonly definition: FeishuApprovalDefinition;
  /** `SimPerson.id` */
  readonly person: string;
  readonly form: readonly Record<string, unknown>[];
  readonly steps: readonly { readonly node: ApprovalNode; readonly people: readonly string[] }[];
  readonly startedAt: number;
  readonly tasks: ApprovalTask[];
  readonly timeline: {
    readonly type: string;
    readonly person: string;
    readonly at: number;
    readonly comment: string;
  }[];
  step: number;
  status: InstanceStatus;
  endedAt: number | undefined;
}

export interface ApprovalListener {
  instance(instance: ApprovalInstance): void;
  task(instance: ApprovalInstance, task: ApprovalTask): void;
}

export interface Approvals {
  readonly definitions: ReadonlyMap<string, FeishuApprovalDefinition>;
  readonly instances: ReadonlyMap<string, ApprovalInstance>;
  /** Definitions whose events (v1) an app hears, by app id; and the kinds of v2. */
  readonly subscribed: Map<string, Set<string>>;
  start(wanted: Pick<ApprovalInstance, 'definition' | 'person' | 'form' | 'steps' | 'uuid'>): ApprovalInstance;
  /** By its code, or the uuid it was made with. @throws {FeishuRefusal} 1390003. */
  get(code: string): ApprovalInstance;
  /** @throws {FeishuRefusal} 1390001 when it is no pending task of hers. */
  decide(instance: ApprovalInstance, taskId: string, person: string, approve: boolean, comment: string): void;
  /** @throws {FeishuRefusal} 1390001 when it is over or somebody else's. */
  cancel(instance: ApprovalInstance, person: string): void;
  /** The same after it was approved. */
  revert(instance: ApprovalInstance): void;
  clear(): void;
}

export function createApprovals(
  clock: SimClock,
  definitions: readonly FeishuApprovalDefinition[],
  listener: ApprovalListener,
): Approvals {
  const instances = new Map<string, ApprovalInstance>();
  let lastTask = 7_000_000_000_000_000_000n;

  const open = (instance: ApprovalInstance): void => {
    const step = instance.steps[instance.step];
    if (step === undefined) return finish(instance, 'APPROVED');
    for (const person of step.people) {
      lastTask += 1n;
      const task: ApprovalTask = {
        id: String(lastTask),
        person,
        node: step.node,
        startedAt: clock.now(),
        status: 'PENDING',
        endedAt: undefined,
      };
      instance.tasks.push(task);
      listener.task(instance, task);
    }
  };
  const close = (instance: ApprovalInstance, task: ApprovalTask, status: TaskStatus): void => {
    Object.assign(task, { status, endedAt: clock.now() });
    listener.task(instance, task);
  };
  const closeRest = (instance: ApprovalInstance): void => {
    for (const task of instance.tasks) if (task.status === 'PENDING') close(instance, task, 'DONE');
  };
  const finish = (instance: ApprovalInstance, status: InstanceStatus): void => {
    closeRest(instance);
    Object.assign(instance, { status, endedAt: clock.now() });
    listener.instance(instance);
  };
  const note = (instance: ApprovalInstance, type: string, person: string, comment = ''): void =>
    void instance.timeline.push({ type, person, at: clock.now(), comment });

  return {
    definitions: new Map(definitions.map((definition) => [definition.code, definition])),
    instances,
    subscribed: new Map(),
    start(wanted) {
      const instance: ApprovalInstance = {
        ...wanted,
        code: randomUUID().toUpperCase(),
        serial: `2026${String(instances.size + 1).padStart(8, '0')}`,
        startedAt: clock.now(),
        tasks: [],
        timeline: [],
        step: 0,
        status: 'PENDING',
        endedAt: undefined,
      };
      instances.set(instance.code, instance);
      note(instance, 'START', wanted.person);
      listener.instance(instance);
      open(instance);
      return instance;
    },
    get(code) {
      const found = instances.get(code) ?? [...instances.values()].find(({ uuid }) => uuid !== '' && uuid === code);
      if (found === undefined) throw new FeishuRefusal(1390003);
      return found;
    },
    decide(instance, taskId, person, approve, comment) {
      const task = instance.tasks.find((one) => one.id === taskId && one.person === person);
      if (task?.status !== 'PENDING') throw new FeishuRefusal(1390001, 'no pending task of this user');
      close(instance, task, approve ? 'APPROVED' : 'REJECTED');
      note(instance, approve ? 'PASS' : 'REJECT', person, comment);
      if (!approve) return finish(instance, 'REJECTED');
      const isWaiting = instance.tasks.some(({ status }) => status === 'PENDING');
      if (task.node.type === 'AND' && isWaiting) return;
      closeRest(instance);
      instance.step += 1;
      open(instance);
    },
    cancel(instance, person) {
      if (instance.person !== person) throw new FeishuRefusal(1390001, 'not the initiator');
      if (instance.status !== 'PENDING') throw new FeishuRefusal(1390001, 'the instance is over');
      note(instance, 'CANCEL', person);
      finish(instance, 'CANCELED');
    },
    revert(instance) {
      if (instance.status !== 'APPROVED') throw new Error('only what was approved is taken back so');
      note(instance, 'CANCEL', instance.person);
      finish(instance, 'REVERTED');
    },
    clear: () => instances.clear(),
  };
}
