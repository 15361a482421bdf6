import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** The recorded payloads of a platform. */
export function recorded(folder: string, ending: string): readonly Buffer[] {
  const names = readdirSync(join(FIXTURES, folder)).filter((name) => name.endsWith(ending));
  return names.map((name) => readFileSync(join(FIXTURES, folder, name)));
}

export function recordedJson(folder: string): readonly unknown[] {
  return recorded(folder, '.json').map((bytes) => JSON.parse(bytes.toString()) as unknown);
}

const IDS = {
  conversation_id: 'c1',
  message_id: 'm1',
  task_id: 't1',
  workflow_run_id: 'w1',
  created_at: 1_750_000_000,
};

/** What Dify says in a stream, one of each kind that is read. */
export const DIFY_EVENTS: readonly unknown[] = [
  { event: 'message', ...IDS, id: 'm1', answer: '<think>hm</think>Five **days**' },
  { event: 'agent_message', ...IDS, id: 'm1', answer: '五天' },
  {
    event: 'agent_thought',
    ...IDS,
    id: 'a1',
    tool: 'search;read',
    tool_labels: { search: { zh_Hans: '搜索' } },
    observation: '',
  },
  {
    event: 'message_file',
    ...IDS,
    id: 'f1',
    type: 'image',
    belongs_to: 'assistant',
    url: '/files/tools/f1.png?sign=a',
  },
  { event: 'message_replace', ...IDS, answer: 'Sorry.', reason: 'output_moderation' },
  { event: 'text_chunk', ...IDS, data: { text: 'Hel', from_variable_selector: ['1', 'text'] } },
  { event: 'text_replace', ...IDS, data: { text: 'Hello' } },
  { event: 'reasoning_chunk', ...IDS, data: { node_id: 'n1', reasoning: 'because', is_final: true } },
  { event: 'workflow_started', ...IDS, data: { id: 'w1', workflow_id: 'x', inputs: {} } },
  { event: 'node_started', ...IDS, data: { id: 'n1', node_type: 'llm', title: 'Think', index: 1 } },
  { event: 'node_finished', ...IDS, data: { id: 'n1', node_type: 'llm', status: 'succeeded', outputs: {} } },
  {
    event: 'workflow_finished',
    ...IDS,
    data: { status: 'succeeded', outputs: { text: 'Done.', files: [] }, total_tokens: 3 },
  },
  { event: 'human_input_required', ...IDS, data: { form_content: 'Pay {{#$output.sum#}}?', node_title: 'Ask' } },
  { event: 'workflow_paused', ...IDS, data: {} },
  {
    event: 'message_end',
    ...IDS,
    metadata: {
      usage: { total_tokens: 12 },
      retriever_resources: [{ document_name: 'a.pdf', content: 'x', score: 0.5 }],
    },
    files: [{ type: 'document', url: 'https://dify.example/f.pdf', filename: 'f.pdf' }],
  },
  { event: 'error', ...IDS, status: 400, code: 'invalid_param', message: 'Conversation Not Exists.' },
  { event: 'ping' },
];

export const SSE_STREAMS: readonly Buffer[] = [
  'data: {"event":"message","answer":"a"}\n\n',
  'event: ping\n\ndata: {"event":"message_end"}\r\n\r\n',
  ': comment\nid: 1\nretry: 10\ndata: one\ndata: two\n\n',
  '\uFEFFdata:五天\r\rdata: x\n\n',
].map((text) => Buffer.from(text));

export const SETTINGS: readonly Buffer[] = [
  'port: 8080\nchannels:\n  - platform: feishu\n    appId: cli_1\n    appSecret: ${SECRET}\nagents:\n  - kind: echo\n',
  'defaults: &d\n  mode: socket\nchannels:\n  - <<: *d\n    name: "a b"\n    list: [1, 0x1f, 1e3, ~, null, true]\n',
  'text: |\n  many\n  lines\nfolded: >-\n  one\n  line\n? complex\n: key\n"quoted": \'single\'\n# comment\n',
].map((text) => Buffer.from(text));

export const PATTERNS: readonly Buffer[] = [
  'EMP-[0-9]{6}',
  '(?:ab|cd){1,3}x',
  '[\\p{L}\\d]{2,8}@corp',
  '\\bA{3}(b?c)',
].map((text) => Buffer.from(text));

export const KF_PAGES: readonly unknown[] = [
  {
    errcode: 0,
    next_cursor: 'c',
    has_more: 1,
    msg_list: [
      {
        msgid: 'k1',
        open_kfid: 'wk_1',
        external_userid: 'wm_1',
        send_time: 1_767_225_590,
        origin: 3,
        msgtype: 'text',
        text: { content: 'hi', menu_id: '7075' },
      },
      {
        msgid: 'k2',
        open_kfid: 'wk_1',
        external_userid: 'wm_1',
        send_time: 1_767_225_591,
        origin: 3,
        msgtype: 'image',
        image: { media_id: 'm' },
      },
      {
        msgid: 'k3',
        send_time: 1_767_225_592,
        origin: 4,
        msgtype: 'event',
        event: { event_type: 'enter_session', open_kfid: 'wk_1', external_userid: 'wm_1', welcome_code: 'w' },
      },
      {
        msgid: 'k4',
        send_time: 1_767_225_592,
        origin: 4,
        msgtype: 'event',
        event: { event_type: 'user_recall_msg', open_kfid: 'wk_1', external_userid: 'wm_1', recall_msgid: 'k1' },
      },
    ],
  },
];

export const STREAM_FRAMES: readonly unknown[] = [
  {
    specVersion: '1.0',
    type: 'CALLBACK',
    headers: { topic: '/v1.0/im/bot/messages/get', messageId: 'f1', contentType: 'application/json' },
    data: '{"msgId":"m1","conversationType":"1"}',
  },
  { specVersion: '1.0', type: 'SYSTEM', headers: { topic: 'ping', messageId: 'f2' }, data: '{"opaque":"x"}' },
  {
    specVersion: '1.0',
    type: 'EVENT',
    headers: { topic: '*', messageId: 'f3', eventType: 'bpms_instance_change' },
    data: '{"processInstanceId":"p1","type":"finish","result":"agree","EventType":"bpms_instance_change"}',
  },
];

export const APPROVALS: readonly unknown[] = [
  {
    processInstanceId: 'p1',
    type: 'finish',
    result: 'agree',
    finishTime: 1_767_225_600_000,
    staffId: 's',
    processCode: 'c',
  },
  { processInstanceId: 'p1', type: 'start', taskId: 't1', createTime: '1767225600000', remark: 'ok' },
];

export const RECALLS: readonly unknown[] = [
  { processQueryKey: 'q1', userId: 's1', openConversationId: 'cidX=', operatTime: 1_767_225_600_000, robotCode: 'r' },
];
