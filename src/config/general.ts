import { z } from 'zod';
import { packWords } from '../core/lang.ts';
import { ACCESS_SETTINGS, accessSchema } from './access.ts';
import { ALERTS_SETTINGS, alertsSchema } from './alerts.ts';
import type { GeneralSetting } from './general-setting.ts';
import { PEOPLE_SETTINGS, peopleSchema } from './people.ts';
import { PRIVACY_SETTINGS, privacySchema } from './privacy.ts';
import { ROUTES_SETTINGS, routesSchema } from './routes.ts';

const days = (most: number) => z.number().positive().max(most);

/** Names with 32 bytes in base64 each: `a1:…=,a0:…=`. */
const STORE_KEYS = /^[a-z0-9]{1,16}:[A-Za-z0-9+/]{43}=(,[a-z0-9]{1,16}:[A-Za-z0-9+/]{43}=)*$/;

/** The settings that belong to no platform and no agent, with their borders and defaults. */
export const generalSchema = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8787),
  databaseUrl: z.string().min(1).default('data/posthouse.db'),
  storeKeys: z
    .string()
    .regex(
      STORE_KEYS,
      packWords({
        zh: '应为 名称:密钥，以逗号分隔；用 posthouse keys new 生成',
        en: 'expected name:key, with commas between them; posthouse keys new makes one',
      }),
    )
    .optional(),
  redisUrl: z.url({ protocol: /^rediss?$/ }).optional(),
  role: z.enum(['all', 'gateway', 'worker']).default('all'),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  adminToken: z.string().min(16).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  logFormat: z.enum(['auto', 'json', 'text']).default('auto'),
  defaultAgent: z.string().min(1).optional(),
  sessions: z.strictObject({ idleDays: days(3650).default(7) }).prefault({}),
  people: peopleSchema.prefault({}),
  retention: z
    .strictObject({
      // Below a day a vendor's last redelivery (Feishu: 7 h 20 min) might find its event forgotten, and be answered twice.
      inboxDays: z.number().min(1).max(365).default(7),
      outboxDays: days(365).default(14),
      turnDays: days(3650).default(14),
      deadDays: days(3650).default(30),
    })
    .prefault({}),
  work: z
    .strictObject({
      maxActive: z.int().min(1).max(100_000).default(2000),
      leaseSeconds: z.int().min(5).max(3600).default(60),
      maxAttempts: z.int().min(1).max(100).default(5),
      // It holds for every question, not after a start only: at 0 each would be too old by the time it is looked at.
      recoverMaxMinutes: z.number().min(1).max(10_080).default(30),
      drainSeconds: z.number().min(0).max(600).default(20),
      firstFrameMs: z.int().min(0).max(10_000).default(300),
    })
    .prefault({}),
  alerts: alertsSchema.prefault({}),
  routes: routesSchema,
  access: accessSchema.prefault({}),
  privacy: privacySchema.prefault({}),
  tracing: z
    .strictObject({
      traces: z.boolean().default(false),
      endpoint: z.url({ protocol: /^https?$/ }).optional(),
      share: z.number().min(0).max(1).default(1),
      service: z.string().min(1).default('posthouse'),
    })
    .prefault({}),
});

export type GeneralSettings = z.output<typeof generalSchema>;

/** By the path in the settings file. */
export const GENERAL_SETTINGS: Readonly<Record<string, GeneralSetting>> = {
  host: {
    env: 'HOST',
    kind: 'text',
    help: {
      en: 'Address to listen on. The default takes connections from this machine only, as behind a reverse proxy; `0.0.0.0` takes them from everywhere (in a container).',
      zh: '监听地址。默认只接受本机连接（前面有反向代理时）；`0.0.0.0` 接受所有来源（容器中使用）。',
    },
  },
  port: {
    env: 'PORT',
    kind: 'number',
    help: { en: 'Port to listen on; 0 takes a free one.', zh: '监听端口；0 表示任取空闲端口。' },
  },
  databaseUrl: {
    env: 'DATABASE_URL',
    kind: 'text',
    help: {
      en: 'Where the store is: a SQLite file on a local disk, made with its folder when missing, for one process; or `postgres://user:password@host/database` for as many as are wanted. The database must exist.',
      zh: '存储位置：本地磁盘上的 SQLite 文件（不存在会自动创建，供一个进程使用），或 `postgres://user:password@host/database`（可供多个进程使用，数据库须已创建）。',
    },
  },
  storeKeys: {
    env: 'STORE_KEYS',
    kind: 'text',
    help: {
      en: 'Keys that seal what people write before it is stored, as `name:key` with commas between them; `posthouse keys new` makes one. The first seals, all of them open: to rotate, put a new one in front and take an old one out when `posthouse keys` counts nothing under it.',
      zh: '对存储的消息内容加密的密钥，格式为 `名称:密钥`，以逗号分隔；用 `posthouse keys new` 生成。第一个用于加密，全部可用于解密；轮换时把新密钥放在最前，待 `posthouse keys` 显示旧密钥下为零时再移除。',
    },
  },
  redisUrl: {
    env: 'REDIS_URL',
    kind: 'text',
    help: {
      en: 'Where several processes on one PostgreSQL tell each other of work, `redis://host:6379` or `rediss://…`. Without it they look into the store every second.',
      zh: '多个进程共用一个 PostgreSQL 时互相通知的 Redis 地址，如 `redis://host:6379` 或 `rediss://…`。未设置时各进程每秒查看一次存储。',
    },
  },
  role: {
    env: 'ROLE',
    kind: 'text',
    help: {
      en: 'What this process does: `gateway` takes deliveries in, `worker` answers them, `all` does both. More than one process needs PostgreSQL. `posthouse start --role` goes before it.',
      zh: '本进程的职责：`gateway` 接收事件，`worker` 处理并回答，`all` 两者都做。多个进程需要 PostgreSQL。`posthouse start --role` 优先。',
    },
  },
  publicUrl: {
    env: 'PUBLIC_URL',
    kind: 'text',
    help: {
      en: 'Where the platforms reach this gateway from outside; `posthouse check` prints the webhook addresses from it.',
      zh: '平台从外部访问本网关的地址；`posthouse check` 据此打印回调地址。',
    },
  },
  adminToken: {
    env: 'ADMIN_TOKEN',
    kind: 'text',
    help: {
      en: 'Bearer token of the admin API, 16 characters or more. Without one the admin API lets nobody in.',
      zh: '管理接口的 Bearer 令牌，至少 16 个字符。未设置时管理接口拒绝所有访问。',
    },
  },
  logLevel: {
    env: 'LOG_LEVEL',
    kind: 'text',
    help: { en: 'Least important events that are logged.', zh: '记录日志的最低级别。' },
  },
  logFormat: {
    env: 'LOG_FORMAT',
    kind: 'text',
    help: {
      en: '`json` for machines, `text` for eyes; `auto` is `text` at a terminal, else `json`.',
      zh: '`json` 给机器读，`text` 给人读；`auto` 在终端中为 `text`，否则为 `json`。',
    },
  },
  defaultAgent: {
    env: 'DEFAULT_AGENT',
    kind: 'text',
    help: {
      en: 'The agent of channels that name none; the first one when absent.',
      zh: '未指定智能体的渠道使用的智能体；未设置时用第一个。',
    },
  },
  ...ROUTES_SETTINGS,
  ...ACCESS_SETTINGS,
  'sessions.idleDays': {
    env: 'SESSION_IDLE_DAYS',
    kind: 'number',
    help: {
      en: 'A dialogue unused for so many days is over; the next message begins a new one.',
      zh: '对话闲置多少天后结束，之后的消息开始新对话。',
    },
  },
  ...PEOPLE_SETTINGS,
  'retention.inboxDays': {
    env: 'RETENTION_INBOX_DAYS',
    kind: 'number',
    help: {
      en: 'How long done events are remembered; a redelivery within that time is not answered again. At least 1.',
      zh: '已处理事件保留的天数，期间的重复推送不会再次回答。至少 1 天。',
    },
  },
  'retention.outboxDays': {
    env: 'RETENTION_OUTBOX_DAYS',
    kind: 'number',
    help: {
      en: 'How long sent messages are kept; buttons of older pushes no longer work, and a rating of an older answer is counted but no longer shown on it.',
      zh: '已发消息保留的天数；更早的推送上的按钮不再有效，更早的回答上的评价仍会计入，但不再显示。',
    },
  },
  'retention.turnDays': {
    env: 'RETENTION_TURN_DAYS',
    kind: 'number',
    help: { en: 'How long turns are kept (ratings, regenerate).', zh: '问答记录保留的天数（评价、重新生成）。' },
  },
  'retention.deadDays': {
    env: 'RETENTION_DEAD_DAYS',
    kind: 'number',
    help: { en: 'How long dead letters wait for somebody.', zh: '死信等待人工处理的天数。' },
  },
  'work.maxActive': {
    env: 'WORK_MAX_ACTIVE',
    kind: 'number',
    help: {
      en: 'Conversations worked on at once; more wait in the store.',
      zh: '同时处理的会话数上限，其余在存储中等待。',
    },
  },
  'work.leaseSeconds': {
    env: 'WORK_LEASE_SECONDS',
    kind: 'number',
    help: {
      en: 'How long a claimed event is out of others’ reach before it must be prolonged.',
      zh: '认领一个事件的租期，到期前需续租。',
    },
  },
  'work.maxAttempts': {
    env: 'WORK_MAX_ATTEMPTS',
    kind: 'number',
    help: { en: 'Tries before an item becomes a dead letter.', zh: '成为死信前的尝试次数。' },
  },
  'work.recoverMaxMinutes': {
    env: 'WORK_RECOVER_MAX_MINUTES',
    kind: 'number',
    help: {
      en: 'Questions older than this when their turn comes, as after a start, are closed with a polite sentence rather than answered.',
      zh: '轮到处理时（如重启后）已超过该分钟数的问题，以一句说明结束，而不再回答。',
    },
  },
  'work.drainSeconds': {
    env: 'WORK_DRAIN_SECONDS',
    kind: 'number',
    help: {
      en: 'How long a graceful stop waits for running answers; the rest goes on after the next start.',
      zh: '优雅停止时等待进行中回答的秒数，其余在下次启动后继续。',
    },
  },
  'work.firstFrameMs': {
    env: 'WORK_FIRST_FRAME_MS',
    kind: 'number',
    help: {
      en: 'How long an agent may be silent before a loading state is shown; an answer that is complete before goes out as one message. Its first words are shown at once.',
      zh: '智能体沉默超过该时间才显示加载状态；在此之前答完的直接发一条消息。首段文字一到即显示。',
    },
  },
  ...ALERTS_SETTINGS,
  ...PRIVACY_SETTINGS,
  'tracing.traces': {
    env: 'TRACES',
    kind: 'boolean',
    help: {
      en: 'Keeps the steps of recent messages in memory for `/api/v1/traces`; no message text.',
      zh: '在内存中保留最近消息的处理步骤，供 `/api/v1/traces` 读取；不含消息内容。',
    },
  },
  'tracing.endpoint': {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    kind: 'text',
    help: {
      en: 'Where traces go, by OTLP over HTTP (`http://collector:4318`); nothing is traced or loaded without it. The exporter’s other variables (`OTEL_EXPORTER_OTLP_HEADERS`, …) hold too, from the environment only.',
      zh: 'OTLP/HTTP 追踪数据的接收地址（`http://collector:4318`）；未设置时不追踪也不加载。导出器的其他变量（`OTEL_EXPORTER_OTLP_HEADERS` 等）同样有效，仅限环境变量。',
    },
  },
  'tracing.share': {
    env: 'OTEL_TRACES_SAMPLER_ARG',
    kind: 'number',
    help: {
      en: 'Share of the messages whose way is traced, the same ones in every process.',
      zh: '被追踪的消息比例；所有进程选取相同的消息。',
    },
  },
  'tracing.service': {
    env: 'OTEL_SERVICE_NAME',
    kind: 'text',
    help: { en: 'What the gateway is called in traces.', zh: '追踪中的服务名称。' },
  },
};
