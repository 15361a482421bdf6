import { GatewayError } from '../../../core/errors.ts';
import { asObject, type Json, listAt, numberAt, objectAt, textAt } from '../../../lib/read.ts';
import type { CallOptions, DingtalkClient } from '../client.ts';
import { MAX_NOTICE_DEPARTMENTS, MAX_NOTICE_PEOPLE } from '../limits.ts';
import { type NoticeWords, noticeBody } from './messages.ts';

/** Whom a notification is for: of people and departments (with those below them) so many as one call takes. */
export type NoticeReceivers =
  | { readonly users: readonly string[] }
  | { readonly departments: readonly string[] }
  | { readonly everyone: true };

/** How far the vendor has come with a task. */
export interface NoticeProgress {
  readonly percent: number;
  readonly state: 'waiting' | 'running' | 'done';
}

/** What became of a task, by the ids of people and departments. */
export interface NoticeResult {
  readonly read: readonly string[];
  readonly unread: readonly string[];
  /** Not known to the vendor, or outside what the app sees. */
  readonly unknown: readonly string[];
  readonly failed: readonly string[];
  readonly unknownDepartments: readonly string[];
  /** Kept back without a word, with the vendor's code: 143106 for words that were shown that day, 143105 for too many in a day. */
  readonly keptBack: readonly { readonly user: string; readonly code: string }[];
}

const PATH = '/topapi/message/corpconversation';

/**
 * Work notifications (工作通知) of an app. What the vendor takes it delivers later, or not at all; only the result says so.
 *
 * @see https://open.dingtalk.com/document/development/asynchronous-sending-of-enterprise-session-messages
 */
export class WorkNotices {
  readonly #client: DingtalkClient;
  readonly #agentId: number;

  constructor(client: DingtalkClient, agentId: string) {
    this.#client = client;
    this.#agentId = Number(agentId);
  }

  /**
   * @returns The vendor's number of the task.
   * @throws {GatewayError} `platform_content_refused`, `limit_too_small` for more receivers than a call takes.
   */
  async send(to: NoticeReceivers, words: NoticeWords, options: CallOptions): Promise<number> {
    const answer = await this.#call(
      'notice.send',
      'asyncsend_v2',
      { ...receiversIn(to), msg: noticeBody(words) },
      options,
    );
    return numberAt(answer, 'task_id') ?? 0;
  }

  async progress(task: number, options: CallOptions): Promise<NoticeProgress> {
    const answer = await this.#call('notice.progress', 'getsendprogress', { task_id: task }, options, true);
    const progress = objectAt(answer, 'progress');
    const state = (['waiting', 'running', 'done'] as const)[numberAt(progress, 'status') ?? 0] ?? 'running';
    return { percent: numberAt(progress, 'progress_in_percent') ?? 0, state };
  }

  /** Within a day, and for tasks of at most 100 people. */
  async result(task: number, options: CallOptions): Promise<NoticeResult> {
    const answer = await this.#call('notice.result', 'getsendresult', { task_id: task }, options, true);
    const result = objectAt(answer, 'send_result');
    const namesAt = (name: string): readonly string[] => listAt(result, name).map(String);
    return {
      read: namesAt('read_user_id_list'),
      unread: namesAt('unread_user_id_list'),
      unknown: namesAt('invalid_user_id_list'),
      failed: namesAt('failed_user_id_list'),
      unknownDepartments: namesAt('invalid_dept_id_list'),
      keptBack: listAt(result, 'forbidden_list').flatMap((one) => keptBack(asObject(one))),
    };
  }

  /** Within a day. */
  async recall(task: number, options: CallOptions): Promise<void> {
    await this.#call('notice.recall', 'recall', { msg_task_id: task }, options, true);
  }

  /** Changes the status of an OA notification, within a week. */
  async restyle(
    task: number,
    status: { readonly text: string; readonly color: string },
    options: CallOptions,
  ): Promise<void> {
    const body = { task_id: task, status_value: status.text, status_bg: status.color };
    await this.#call('notice.status', 'status_bar/update', body, options, true);
  }

  #call(api: string, path: string, body: Json, options: CallOptions, repeatable = false): Promise<Json> {
    if (!Number.isSafeInteger(this.#agentId))
      throw new GatewayError('platform_misconfigured', 'the agentId is no number');
    const whole = { agent_id: this.#agentId, ...body };
    return this.#client.callOld({ ...options, api, method: 'POST', path: `${PATH}/${path}`, body: whole, repeatable });
  }
}

function receiversIn(to: NoticeReceivers): Json {
  if ('everyone' in to) return { to_all_user: true };
  const [name, ids, most] =
    'users' in to
      ? (['userid_list', to.users, MAX_NOTICE_PEOPLE] as const)
      : (['dept_id_list', to.departments, MAX_NOTICE_DEPARTMENTS] as const);
  if (ids.length === 0 || ids.length > most)
    throw new GatewayError('limit_too_small', `a work notification is for 1 to ${most} receivers, not ${ids.length}`);
  return { [name]: ids.join(','), to_all_user: false };
}

function keptBack(one: Json | undefined): NoticeResult['keptBack'] {
  const user = textAt(one ?? {}, 'userid');
  const code = textAt(one ?? {}, 'code') || String(numberAt(one ?? {}, 'code') ?? '');
  return user === '' ? [] : [{ user, code }];
}
