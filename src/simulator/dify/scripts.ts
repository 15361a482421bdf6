import { shortened } from './demo-answers.ts';
import { fiftyKilobytes, HOSTILE_ANSWER, handbook, personalAnswer } from './long-answers.ts';
import type { ScenarioName } from './scenarios.ts';
import { breakOff, drop, failing, halfEnd } from './script-faults.ts';
import { askPerson, letDecide } from './script-forms.ts';
import { drawing, exported, messageFile, quirkyFile, withSources, withTools } from './script-sources.ts';
import { lettered, separateReasoning, thinkBlock } from './script-thinking.ts';
import { type Step, spoken, tokens } from './steps.ts';
import { describeFiles, inNodes, node, pause, pick, say, type Talk } from './talk.ts';

/** The steps of an answer, by scenario. What is refused before it begins stands in `early.ts`. */
export function script(name: ScenarioName, talk: Talk): Step[] {
  return (SCRIPTS[name] ?? normal)(talk);
}

type Script = (talk: Talk) => Step[];

const SCRIPTS: Partial<Record<ScenarioName, Script>> = {
  instant: (talk) => [{ kind: 'say', text: talk.text }],
  echo: (talk) => [{ kind: 'say', text: `echo: ${talk.query}` }],
  memory: (talk) => inNodes(talk, say(talk, remembered(talk))),
  whoami: (talk) => inNodes(talk, say(talk, whoAmI(talk))),
  slow: (talk) => inNodes(talk, [...pause(30_000), ...say(talk, talk.text)]),
  count: counting,
  letters: (talk) => inNodes(talk, lettered(talk, talk.text)),
  split: (talk) => [
    { kind: 'cut', text: pick(talk, '字被拆开了，', 'split in a many-byte “char”, ') },
    { kind: 'say', text: pick(talk, '但一个都没少。', 'and nothing is lost.') },
  ],
  big: (talk) => inNodes(talk, spoken(tokens(fiftyKilobytes(talk.lang)), talk.pace.chunkMs / 20)),
  long: (talk) => inNodes(talk, spoken(tokens(handbook(talk.lang, shortened(talk.query))), talk.pace.chunkMs / 10)),
  think: thinkBlock,
  'lone-think': (talk) =>
    inNodes(talk, say(talk, `${pick(talk, '先想想要说什么……', 'Let me see what to say…')}\n</think>\n\n${talk.text}`)),
  reasoning: separateReasoning,
  table: (talk) => drawing(talk, TABLE[talk.lang]),
  cjk: (talk) => inNodes(talk, say(talk, EMPHASIS)),
  citations: withSources,
  tools: withTools,
  image: (talk) => drawing(talk, pick(talk, '这是本季度的销售图：', 'Here are the sales of the quarter:')),
  file: exported,
  'message-file': messageFile,
  'file-answer': quirkyFile,
  replace: (talk) => [
    ...inNodes(
      talk,
      say(talk, pick(talk, '这句话里有一个不该出现的词，', 'This sentence has a word that must not be here,')),
    ),
    ...pause(talk.pace.firstMs),
    {
      kind: 'replace',
      text: pick(talk, '抱歉，这个问题我不能回答。', 'Sorry, I cannot answer that.'),
      reason: 'output_moderation',
    },
  ],
  hostile: (talk) => inNodes(talk, say(talk, HOSTILE_ANSWER)),
  personal: (talk) => inNodes(talk, lettered(talk, personalAnswer(talk.lang))),
  speech: spokenAloud,
  outputs: outputsOnly,
  empty: () => [],
  decide: (talk) => letDecide(talk),
  human: (talk) => askPerson(talk, true),
  'human-mail': (talk) => askPerson(talk, false),
  error: (talk) => failing(talk, 'completion_request_error'),
  'error-bare': (talk) => failing(talk, undefined),
  fail: (talk) => breakOff(talk, [{ kind: 'fail', message: 'node Model raised an error: Incorrect API key provided' }]),
  'half-end': halfEnd,
  pings: () => [{ kind: 'hang' }],
  drop: (talk) => drop(talk, true),
  'drop-lost': (talk) => drop(talk, false),
  eof: (talk) => breakOff(talk, [{ kind: 'eof' }]),
};

function normal(talk: Talk): Step[] {
  const text = talk.files.length === 0 ? talk.text : `${describeFiles(talk)}\n\n${talk.text}`;
  return inNodes(talk, say(talk, text));
}

function remembered(talk: Talk): string {
  const { earlier } = talk;
  if (earlier.length === 0)
    return pick(
      talk,
      '这是我们对话里的第一个问题，之前你还没有问过我。',
      'This is the first question of our conversation; you have not asked me anything before.',
    );
  const list = earlier.map((query, at) => `${at + 1}. ${shortened(query)}`).join('\n');
  return pick(
    talk,
    `在这次对话里你问过我 ${earlier.length} 个问题：\n\n${list}`,
    `In this conversation you have asked me ${earlier.length === 1 ? 'one question' : `${earlier.length} questions`}:\n\n${list}`,
  );
}

function whoAmI(talk: Talk): string {
  const known = Object.entries(talk.inputs).filter(
    ([name, value]) => name !== 'query' && typeof value === 'string' && value !== '',
  );
  const rows = [['user', talk.user], ...known]
    .map(([name, value]) => `- \`${String(name)}\`: ${String(value)}`)
    .join('\n');
  return pick(
    talk,
    `我只知道网关告诉我的这些：\n\n${rows}`,
    `I know what the gateway told me, and no more:\n\n${rows}`,
  );
}

/** Slow enough to press stop, quick enough to watch. */
function counting(talk: Talk): Step[] {
  const to = Math.min(Number(/\d+(?!.*\d)/.exec(talk.query)?.[0] ?? 100), 1000);
  const numbers = Array.from(
    { length: to },
    (_, at) => `${at + 1}${at + 1 < to ? pick(talk, '、', ', ') : pick(talk, '。', '.')}`,
  );
  return inNodes(talk, spoken(numbers, 300));
}

function spokenAloud(talk: Talk): Step[] {
  const audio: Step = { kind: 'audio', bytes: Buffer.alloc(96, 0x55) };
  return [
    ...inNodes(talk, say(talk, talk.text)).flatMap((step): Step[] => (step.kind === 'say' ? [step, audio] : [step])),
    { kind: 'audio', bytes: undefined },
  ];
}

/** A workflow whose last node buffers: no deltas, the text stands in the outputs alone. */
function outputsOnly(talk: Talk): Step[] {
  if (talk.mode !== 'workflow') return [...pause(talk.pace.firstMs), { kind: 'say', text: talk.text }];
  return [
    ...node('start', 'Start'),
    ...pause(talk.pace.firstMs),
    { kind: 'output', text: talk.text },
    ...node('end', 'End'),
  ];
}

const TABLE = {
  zh: '三种差旅标准如下：\n\n| 级别 | 住宿（元/晚） | 交通 | 餐补 |\n| --- | ---: | --- | :-: |\n| 员工 | 350 | 二等座 | 80 |\n| 经理 | 500 | 一等座 | 100 |\n| 总监 | 800 | 商务座 | 150 |\n\n趋势图：',
  en: 'The three travel rules:\n\n| Level | Hotel (yuan a night) | Train | Meals |\n| --- | ---: | --- | :-: |\n| Staff | 350 | second class | 80 |\n| Manager | 500 | first class | 100 |\n| Director | 800 | business | 150 |\n\nThe trend:',
} as const;

const EMPHASIS =
  '**注意：**请看下面三点。\n\n1. **“加粗”**后面紧跟汉字；\n2. 前面是汉字**（括号）**后面也是；\n3. *斜体，*和~~删除。~~也一样。\n\n**重要！**以上内容请**务必**遵守。';
