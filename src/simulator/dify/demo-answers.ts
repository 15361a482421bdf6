import { type Lang, langOf } from './languages.ts';

/** What a demo answer may look at. */
export interface Asked {
  readonly query: string;
  readonly lang: Lang;
  /** Which turn of the conversation this is, from 1. */
  readonly turn: number;
  /** By what name to speak to her, where the gateway told it. */
  readonly name: string | undefined;
}

interface Topic {
  readonly words: RegExp;
  readonly zh: string;
  readonly en: string;
}

/** A made-up company's rules: enough to make a demo lively. */
const TOPICS: readonly Topic[] = [
  {
    words: /年假|请假|休假|annual leave|vacation|day off/i,
    zh: '申请年假只要三步：\n\n1. 打开 **工作台 → 假勤 → 请假**，类型选“年假”；\n2. 填好起止日期，系统会显示剩余天数；\n3. 提交后由直属上级审批，通常 **1 个工作日**内有结果。\n\n| 司龄 | 每年天数 |\n| --- | --- |\n| 1–10 年 | 5 天 |\n| 10–20 年 | 10 天 |\n| 20 年以上 | 15 天 |\n\n> 年底没用完的可以顺延到次年 3 月 31 日。',
    en: 'Three steps:\n\n1. Open **Workplace → Attendance → Leave** and choose *annual leave*;\n2. pick the dates; the days you have left are shown beside them;\n3. submit. Your manager usually decides within **one working day**.\n\n| Years with us | Days a year |\n| --- | --- |\n| 1–10 | 5 |\n| 10–20 | 10 |\n| over 20 | 15 |\n\n> What is left at the end of the year can be used until 31 March.',
  },
  {
    words: /报销|差旅|发票|expense|reimburse|travel|invoice/i,
    zh: '报销需要这些材料：\n\n- 电子发票（抬头写公司全称）\n- 行程单或登机牌\n- 超过 **2,000 元** 的，附事前审批单号\n\n提交入口：`工作台 / 费用 / 新建报销`。财务每周三、周五付款。',
    en: 'You need:\n\n- the electronic invoice, made out to the company’s full name\n- the itinerary or boarding pass\n- above **2,000 yuan**, the number of the approval you got before\n\nHand it in under `Workplace / Expenses / New`. Finance pays on Wednesdays and Fridays.',
  },
  {
    words: /vpn|wifi|wi-fi|密码|网络|password|network|laptop|电脑/i,
    zh: '先试这几步：\n\n1. 确认已安装最新版客户端；\n2. 服务器地址填 `vpn.example.com`，账号是工号；\n3. 密码过期就到 **自助服务台** 重置。\n\n```bash\nvpn connect --server vpn.example.com --user <工号>\n```\n\n还是连不上的话，把报错截图发给我就行。',
    en: 'Try these first:\n\n1. make sure the client is up to date;\n2. the server is `vpn.example.com`, your account is the employee number;\n3. an expired password is reset at the **self-service desk**.\n\n```bash\nvpn connect --server vpn.example.com --user <employee number>\n```\n\nIf it still fails, send me a screenshot of the message.',
  },
  {
    words: /^(你好|您好|嗨|hi|hello|hey)\b|^(你好|您好|嗨)/i,
    zh: '很高兴见到你 👋 我是公司助理，可以帮你：\n\n- 查制度：年假、差旅、报销\n- 解决 IT 问题：VPN、密码、设备\n- 看图、读文件，**直接发给我就行**\n\n想先聊哪一个？',
    en: 'Good to see you 👋 I am the company assistant and can\n\n- look up rules: leave, travel, expenses\n- help with IT: VPN, passwords, devices\n- look at pictures and files, **just send them**\n\nWhere shall we start?',
  },
];

const ANYTHING = {
  zh: '这件事可以这样看：\n\n- **先弄清目标**：要解决的是谁的什么问题；\n- **再看限制**：时间、预算、谁来拍板；\n- **最后定一步**：今天就能做的最小的一步。\n\n需要的话，我可以把它整理成一份 *清单* 或 *表格*。',
  en: 'Here is one way to look at it:\n\n- **the aim first**: whose problem is it, and which one;\n- **then the limits**: time, money, who decides;\n- **then one step**: the smallest thing you can do today.\n\nI can turn this into a *checklist* or a *table* if you like.',
};

/** An answer in the language of the question, that says what was asked. */
export function demoAnswer(asked: Asked): string {
  const { lang, query } = asked;
  const topic = TOPICS.find(({ words }) => words.test(query)) ?? ANYTHING;
  return `${opening(asked)}\n\n${topic[lang]}`;
}

function opening({ query, lang, turn, name }: Asked): string {
  const question = shortened(query.replace(/#[a-z0-9-]+/gi, ''));
  if (lang === 'zh') {
    const hello = name === undefined ? '' : `${name}，`;
    return turn > 1 ? `${hello}接着说，关于“${question}”：` : `${hello}你问的是“${question}”。`;
  }
  const [asked, goingOn] =
    name === undefined ? ['You asked', 'Going on with'] : [`${name}, you asked`, `${name}, going on with`];
  return `${turn > 1 ? goingOn : asked} “${question}”.`;
}

export function shortened(text: string, length = 60): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length <= length ? line : `${characters.slice(0, length).join('')}…`;
}

/** What one may ask next. */
export function nextQuestions(query: string): string[] {
  if (langOf(query) === 'zh') return ['能举个例子吗？', '整理成表格', `关于“${shortened(query, 12)}”还有什么要注意？`];
  return ['Can you give an example?', 'Put it into a table', `What else matters about “${shortened(query, 24)}”?`];
}
