/** A sentence in both languages. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

/** One way an answer can go, and how to ask for it. */
export interface Scenario {
  readonly name: string;
  /** Any of these in a question chooses it; `#name` always does. */
  readonly words: readonly string[];
  /** What is to be seen. */
  readonly shows: Words;
  /** A question that chooses it, ready to be sent; absent where only tests want it. */
  readonly ask?: Words;
}

/**
 * Every way an answer can go. The first entry whose word stands in the question wins; `#name` wins over all words. The
 * demo page shows `ask` as hints.
 */
export const SCENARIOS = [
  {
    name: 'normal',
    words: [],
    shows: { zh: '流式的演示回答', en: 'A streamed demo answer' },
    ask: { zh: '年假怎么申请？', en: 'How do I apply for annual leave?' },
  },
  {
    name: 'instant',
    words: ['all at once', '一次说完'],
    shows: { zh: '整段回答一次到达', en: 'The whole answer in one piece' },
    ask: { zh: '一次说完：今天有什么通知？', en: 'All at once: any news today?' },
  },
  { name: 'echo', words: [], shows: { zh: '原样复述问题', en: 'Repeats the question' } },
  {
    name: 'memory',
    words: ['what did i ask', '我刚才问了什么', '我之前问了什么', '我问过什么'],
    shows: { zh: '记得之前的问题', en: 'Remembers earlier questions' },
    ask: { zh: '我刚才问了什么？', en: 'What did I ask before?' },
  },
  {
    name: 'whoami',
    words: ['who am i', '我是谁'],
    shows: { zh: '智能体知道是谁在问', en: 'What the agent knows about who asks' },
    ask: { zh: '我是谁？', en: 'Who am I?' },
  },
  {
    name: 'slow',
    words: ['take your time', '慢慢想'],
    shows: { zh: '30 秒后才有第一个字', en: 'The first word after 30 s' },
    ask: { zh: '慢慢想：给团建出个主意', en: 'Take your time: an idea for the team outing' },
  },
  {
    name: 'count',
    words: ['count to', '数到'],
    shows: { zh: '慢慢数数，可随时停止', en: 'Counts slowly: press stop' },
    ask: { zh: '从 1 数到 100', en: 'Count to 100' },
  },
  {
    name: 'letters',
    words: ['letter by letter', '逐字'],
    shows: { zh: '一个字一个字地输出', en: 'One character at a time' },
    ask: { zh: '逐字回答：驿站是什么？', en: 'Letter by letter: what is a posthouse?' },
  },
  {
    name: 'split',
    words: ['split bytes', '拆开字节'],
    shows: { zh: '一个汉字被拆在两个 TCP 包里', en: 'A character split over two TCP packets' },
  },
  { name: 'big', words: ['50 kb', '50kb', '五万字节'], shows: { zh: '50 kB 的回答', en: 'An answer of 50 kB' } },
  {
    name: 'long',
    words: ['long answer', 'whole handbook', '长回答', '完整手册'],
    shows: { zh: '超过一张卡片的长回答，含表格与代码', en: 'Longer than one card, with tables and code' },
    ask: { zh: '给我完整手册', en: 'Give me the whole handbook' },
  },
  {
    name: 'lone-think',
    words: ['half a thought', '半个想法'],
    shows: { zh: '只有 </think> 没有开头', en: 'A </think> that was never opened' },
  },
  {
    name: 'think',
    words: ['think aloud', '边想边说', '思考过程'],
    shows: { zh: '<think> 被拆在多个片段里', en: 'A <think> block split over deltas' },
    ask: { zh: '边想边说：选哪个供应商？', en: 'Think aloud: which supplier?' },
  },
  {
    name: 'reasoning',
    words: ['reasoning', '推理'],
    shows: { zh: '单独的推理事件（1.16）', en: 'Reasoning in events of its own (1.16)' },
  },
  {
    name: 'table',
    words: ['a table', '表格'],
    shows: { zh: '表格和图片链接', en: 'A table and a picture' },
    ask: { zh: '用表格比较三种差旅标准', en: 'Compare the travel rules in a table' },
  },
  {
    name: 'cjk',
    words: ['emphasis', '着重'],
    shows: { zh: '中文标点旁的加粗', en: 'Bold next to Chinese punctuation' },
    ask: { zh: '着重说明注意事项', en: 'Show emphasis' },
  },
  {
    name: 'citations',
    words: ['the sources', 'with sources', '出处', '依据哪'],
    shows: { zh: '引用：3 段，2 份文档', en: 'Citations: 3 segments of 2 documents' },
    ask: { zh: '报销标准的出处在哪里？', en: 'What are the sources of the expense rules?' },
  },
  {
    name: 'tools',
    words: ['weather', 'use tools', '天气', '用工具'],
    shows: { zh: '调用两个工具', en: 'Uses two tools' },
    ask: { zh: '上海今天天气怎么样？', en: 'How is the weather in Shanghai?' },
  },
  {
    name: 'image',
    words: ['draw the', 'draw a', 'draw me', '画一', '画个'],
    shows: { zh: '生成一张图片', en: 'Makes a picture' },
    ask: { zh: '画一张季度销售图', en: 'Draw the sales of the quarter' },
  },
  {
    name: 'file',
    words: ['export', '导出', '生成文件'],
    shows: { zh: '生成一个文件', en: 'Makes a file' },
    ask: { zh: '导出本月考勤', en: 'Export the attendance of this month' },
  },
  {
    name: 'message-file',
    words: ['message file', '消息文件'],
    shows: { zh: 'message_file 事件带地址', en: 'message_file with an address' },
  },
  {
    name: 'file-answer',
    words: ['file answer', '文件文字'],
    shows: { zh: 'message_file 事件带文字', en: 'message_file that carries text' },
  },
  {
    name: 'replace',
    words: ['moderation', '敏感词'],
    shows: { zh: '已显示的内容被撤换', en: 'What was shown is taken back' },
    ask: { zh: '说一个敏感词', en: 'Trip the moderation' },
  },
  { name: 'hostile', words: ['hostile', '恶意内容'], shows: { zh: '恶意的 Markdown', en: 'Hostile Markdown' } },
  {
    name: 'personal',
    words: ['personal data', '个人信息'],
    shows: { zh: '回答里有（编造的）个人信息', en: 'Made-up personal data in the answer' },
  },
  { name: 'speech', words: ['read it aloud', '读出来'], shows: { zh: '夹带语音片段', en: 'Audio events in between' } },
  {
    name: 'outputs',
    words: ['outputs only', '只要输出'],
    shows: { zh: '没有片段，只有最终输出', en: 'No deltas, only the final outputs' },
  },
  { name: 'empty', words: ['say nothing', '什么都别说'], shows: { zh: '空的回答', en: 'An empty answer' } },
  {
    name: 'human-mail',
    words: ['approval by mail', '邮件审批'],
    shows: { zh: '需要人在 Dify 页面上确认', en: 'A person has to confirm on a page of Dify' },
  },
  {
    name: 'decide',
    words: ['let me decide', '我来决定'],
    shows: { zh: '等待选择并确认，不用填文字', en: 'Waits for a choice and a button, no words' },
    ask: { zh: '采购显示器，我来决定', en: 'Buy screens, let me decide' },
  },
  {
    name: 'human',
    words: ['needs approval', '需要审批'],
    shows: { zh: '等待人工填写表单', en: 'Waits for a person to fill a form' },
    ask: { zh: '这笔采购需要审批', en: 'This purchase needs approval' },
  },
  {
    name: 'no-suggestions',
    words: ['no suggestions', '不要建议'],
    shows: { zh: '没有后续建议', en: 'No suggested questions' },
  },
  {
    name: 'slow-suggestions',
    words: ['slow suggestions', '建议很慢'],
    shows: { zh: '后续建议要等 30 秒', en: 'Suggested questions after 30 s' },
  },
  {
    name: 'forget',
    words: ['forget me', '忘了我'],
    shows: { zh: '对话随后消失', en: 'The conversation is gone afterwards' },
    ask: { zh: '忘了我们的对话', en: 'Forget me' },
  },
  {
    name: 'unstoppable',
    words: ['cannot be stopped', '停不下来'],
    shows: { zh: '停止没有作用', en: 'A stop has no effect' },
  },
  {
    name: 'error',
    words: ['model error', '模型出错'],
    shows: { zh: '模型出错（有错误码）', en: 'The model fails (with a code)' },
    ask: { zh: '模型出错会怎样？', en: 'Show a model error' },
  },
  {
    name: 'error-bare',
    words: ['bare error', '无码错误'],
    shows: { zh: '没有错误码的错误', en: 'An error without a code' },
  },
  { name: 'fail', words: ['run fails', '运行失败'], shows: { zh: '工作流中途失败', en: 'The run fails half way' } },
  {
    name: 'half-end',
    words: ['half an end', '没有结束'],
    shows: { zh: '有 message_end 却没有 workflow_finished', en: 'message_end, but never workflow_finished' },
  },
  { name: 'pings', words: ['only pings', '只有心跳'], shows: { zh: '只有心跳，没有回答', en: 'Nothing but pings' } },
  {
    name: 'drop-lost',
    words: ['lose the answer', '丢掉回答'],
    shows: { zh: '连接断开，回答也丢了', en: 'The line breaks and the answer is lost' },
  },
  {
    name: 'drop',
    words: ['drop the line', '断线'],
    shows: { zh: '连接中途断开，回答仍在服务器上', en: 'The line breaks; the answer is there all the same' },
    ask: { zh: '断线也要答完', en: 'Drop the line and answer still' },
  },
  {
    name: 'eof',
    words: ['end early', '提前收线'],
    shows: { zh: '没有结束事件就收线', en: 'The stream ends without a last event' },
  },
  {
    name: 'busy',
    words: ['too many requests', '请求太多'],
    shows: { zh: '429：应用并发已满', en: '429: the app is full' },
    ask: { zh: '请求太多时会怎样？', en: 'Too many requests?' },
  },
  {
    name: 'quota',
    words: ['over quota', 'quota is used up', '额度用完'],
    shows: { zh: '429：额度用完', en: '429: the quota is used up' },
  },
  {
    name: 'edge',
    words: ['edge limit', '边缘限流'],
    shows: { zh: '429：边缘节点的 HTML', en: '429: HTML from the edge' },
  },
  { name: 'html-502', words: ['bad gateway', '网关错误'], shows: { zh: '502 HTML', en: '502 as HTML' } },
  { name: 'html-504', words: ['gateway timeout', '网关超时'], shows: { zh: '504 HTML', en: '504 as HTML' } },
  { name: 'html-524', words: ['edge timeout'], shows: { zh: '524 HTML', en: '524 as HTML' } },
  { name: 'server-error', words: ['internal error', '内部错误'], shows: { zh: '500', en: '500' } },
  {
    name: 'no-quota',
    words: ['no credit', '余额不足'],
    shows: { zh: '模型额度不足', en: 'The model provider has no credit left' },
  },
  {
    name: 'completed',
    words: ['closed conversation', '对话已关闭'],
    shows: { zh: '对话已关闭', en: 'The conversation is closed' },
  },
] as const satisfies readonly Scenario[];

export type ScenarioName = (typeof SCENARIOS)[number]['name'];

const NAMES: ReadonlySet<string> = new Set(SCENARIOS.map(({ name }) => name));

const BY_WORD: ReadonlyMap<string, ScenarioName> = new Map(
  SCENARIOS.flatMap(({ name, words }) => words.map((word) => [word, name] as const)),
);

// One pass over the question tells in the ordinary case that no word is in it.
const ANY_WORD = new RegExp(['#[a-z0-9-]+', ...[...BY_WORD.keys()].map(escaped)].join('|'), 'i');

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The scenario that a question chooses by its words. */
export function scenarioIn(query: string): ScenarioName | undefined {
  if (!ANY_WORD.test(query)) return undefined;
  for (const [tag] of query.matchAll(/#[a-z0-9-]+/gi)) {
    const name = tag.slice(1).toLowerCase();
    if (isScenario(name)) return name;
  }
  const text = query.toLowerCase();
  for (const [word, name] of BY_WORD) if (text.includes(word)) return name;
  return undefined;
}

export function isScenario(name: string): name is ScenarioName {
  return NAMES.has(name);
}
