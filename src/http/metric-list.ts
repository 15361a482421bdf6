import type { InLanguages } from '../core/lang.ts';

export interface MetricEntry {
  readonly type: 'counter' | 'histogram' | 'gauge';
  readonly labels: readonly string[];
  readonly help: InLanguages;
}

/** Every metric of ours; `docs/metrics.md` is made from this list. */
export const METRICS = {
  posthouse_deliveries_total: {
    type: 'counter',
    labels: ['channel', 'outcome'],
    help: {
      en: 'Deliveries by what became of them: stored, duplicate, question, poll, handshake, ignored, or the code of the refusal.',
      zh: '收到的推送，按结果计：stored、duplicate、question、poll、handshake、ignored，或拒绝代码。',
    },
  },
  posthouse_ack_seconds: {
    type: 'histogram',
    labels: ['channel'],
    help: {
      en: 'From having a delivery whole to having its answer, the commit included.',
      zh: '从收齐一次推送到得出应答的时间，含落盘。',
    },
  },
  posthouse_events_total: {
    type: 'counter',
    labels: ['channel', 'kind'],
    help: { en: 'Events by kind, duplicates included.', zh: '事件数，按种类，含重复。' },
  },
  posthouse_duplicates_total: {
    type: 'counter',
    labels: ['channel'],
    help: {
      en: 'Events that were in the inbox already; the platform delivered them again.',
      zh: '已在收件箱中的事件（平台重复推送）。',
    },
  },
  posthouse_inbox_rows: {
    type: 'gauge',
    labels: ['state'],
    help: { en: 'Events waiting, being worked on, or dead.', zh: '收件箱中等待、处理中、死信的事件数。' },
  },
  posthouse_inbox_oldest_seconds: {
    type: 'gauge',
    labels: [],
    help: { en: 'Age of the oldest event not done; 0 when there is none.', zh: '最旧的未完成事件的年龄；没有则为 0。' },
  },
  posthouse_outbox_rows: {
    type: 'gauge',
    labels: ['state'],
    help: { en: 'Messages waiting to be sent, or dead.', zh: '发件箱中待发送、死信的消息数。' },
  },
  posthouse_turns_total: {
    type: 'counter',
    labels: ['agent', 'state'],
    help: { en: 'Turns that ended, by how: done, stopped, failed, canceled.', zh: '结束的问答，按结果计。' },
  },
  posthouse_turn_seconds: {
    type: 'histogram',
    labels: ['agent'],
    help: { en: 'From the arrival of a question to the end of its turn.', zh: '从收到问题到问答结束的时间。' },
  },
  posthouse_first_frame_seconds: {
    type: 'histogram',
    labels: ['channel'],
    help: {
      en: 'From the arrival of a question to the first frame at the platform.',
      zh: '从收到问题到第一帧送达平台的时间。',
    },
  },
  posthouse_final_frame_seconds: {
    type: 'histogram',
    labels: ['channel'],
    help: {
      en: 'From the end of the agent’s answer to the final frame at the platform.',
      zh: '从智能体答完到最终帧送达平台的时间。',
    },
  },
  posthouse_vendor_calls_total: {
    type: 'counter',
    labels: ['channel', 'api', 'code'],
    help: {
      en: 'Calls to a platform, by call and by the code it answered.',
      zh: '调用平台接口的次数，按接口与返回码计。',
    },
  },
  posthouse_vendor_call_seconds: {
    type: 'histogram',
    labels: ['channel', 'api'],
    help: { en: 'Duration of calls to a platform.', zh: '调用平台接口的耗时。' },
  },
  posthouse_agent_calls_total: {
    type: 'counter',
    labels: ['agent', 'api', 'code'],
    help: { en: 'Calls to agents’ servers, by call and HTTP status.', zh: '调用智能体服务的次数，按接口与状态码计。' },
  },
  posthouse_agent_call_seconds: {
    type: 'histogram',
    labels: ['agent', 'api'],
    help: { en: 'Time until an agent’s server answered.', zh: '智能体服务开始应答的耗时。' },
  },
  posthouse_agent_errors_total: {
    type: 'counter',
    labels: ['agent', 'code'],
    help: { en: 'Failures of agents, by code.', zh: '智能体出错次数，按代码计。' },
  },
  posthouse_approvals_total: {
    type: 'counter',
    labels: ['channel', 'outcome'],
    help: {
      en: 'Approvals by what became of them: started, start-failed, decided; and events about them: running, foreign (none of ours), stale.',
      zh: '审批按结果计：started、start-failed、decided；以及审批事件：running、foreign（非本网关发起）、stale（过时或重复）。',
    },
  },
  posthouse_dead_letters_total: {
    type: 'counter',
    labels: ['box', 'code'],
    help: { en: 'Items that were given up and wait for the operator.', zh: '放弃处理、等待人工的条目。' },
  },
  posthouse_personal_data_total: {
    type: 'counter',
    labels: ['direction', 'kind'],
    help: {
      en: 'Values of personal data that were kept back, by kind: from an agent (in) or from a platform (out).',
      zh: '被遮盖的个人信息数，按种类：对智能体（in）或对平台（out）。',
    },
  },
  posthouse_retries_total: {
    type: 'counter',
    labels: ['box', 'code'],
    help: { en: 'Tries that failed and will be repeated.', zh: '失败后将重试的次数。' },
  },
  posthouse_pushes_total: {
    type: 'counter',
    labels: ['channel', 'became'],
    help: {
      en: 'Parts of pushes for one receiver each: accepted, or skipped because she has got the same words that day.',
      zh: '推送给每个接收者的消息数：accepted 已受理，skipped 当天已收到相同内容而略过。',
    },
  },
  posthouse_month_calls: {
    type: 'gauge',
    labels: ['channel', 'kind'],
    help: {
      en: 'Calls of this month that the vendor counts, on the platforms where it does.',
      zh: '本月计入厂商额度的调用次数（仅限有额度的平台）。',
    },
  },
  posthouse_month_pushes: {
    type: 'gauge',
    labels: ['channel', 'kind'],
    help: {
      en: 'Pushes of this month: what the vendor has brought, and what went out by robots’ addresses.',
      zh: '本月的推送次数：平台送来的消息、按钮、事件，以及通过机器人地址发出的消息。',
    },
  },
  posthouse_month_limit: {
    type: 'gauge',
    labels: ['channel', 'unit'],
    help: {
      en: 'Calls and pushes that the settings allow in a month; absent without a limit.',
      zh: '设置中每月可用的调用与推送次数；不限时没有此项。',
    },
  },
  posthouse_reply_way: {
    type: 'gauge',
    labels: ['channel', 'way'],
    help: {
      en: '1 for how answers are shown by what is left of the month: stream, few (updates), message.',
      zh: '按本月余量，回答当前的展示方式为 1：stream 流式，few 少量更新，message 一条消息。',
    },
  },
  posthouse_active_lanes: {
    type: 'gauge',
    labels: [],
    help: { en: 'Conversations being worked on now.', zh: '正在处理的会话数。' },
  },
  posthouse_connection_open: {
    type: 'gauge',
    labels: ['channel'],
    help: { en: '1 while the long connection is open.', zh: '长连接打开时为 1。' },
  },
  posthouse_connection_last_frame_seconds: {
    type: 'gauge',
    labels: ['channel'],
    help: {
      en: 'When the long connection was last heard, in epoch seconds.',
      zh: '长连接最近一次收到数据的时刻（Unix 秒）。',
    },
  },
} as const satisfies Record<string, MetricEntry>;

export type MetricName = keyof typeof METRICS;
