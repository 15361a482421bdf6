import { randomUUID } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { openPushDesk, type PushDesk } from '../app/push-desk.ts';
import { WordedError } from '../core/errors.ts';
import type { LinkButton, PushContent, PushTo } from '../core/push.ts';
import type { Push } from '../core/push-store.ts';
import { parsePushTo } from '../core/push-to.ts';
import { TELL_PURPOSE, type TellSubject } from '../pipeline/index.ts';
import { explainCodes } from './code-notes.ts';
import { readContent } from './push-file.ts';
import { pushedFile } from './pushed-file.ts';
import { readSettings } from './settings.ts';
import type { Terminal } from './terminal.ts';

export interface PushOptions {
  readonly config?: string;
  readonly to: readonly string[];
  /** `-` reads standard input. */
  readonly text?: string;
  readonly markdown?: string;
  readonly title?: string;
  readonly button: readonly string[];
  readonly picture?: string;
  /** The web address of a file, and what people read as its name. */
  readonly file?: string;
  readonly name?: string;
  /** A file that says all of it. */
  readonly content?: string;
  readonly answer: readonly string[];
  readonly answersTo: readonly string[];
  readonly key?: string;
  readonly notice?: boolean;
  readonly again?: boolean;
}

/** Puts a message into the store; a running gateway sends it within seconds, else the next start does. */
export async function push(terminal: Terminal, options: PushOptions): Promise<number> {
  const receivers = options.to.map((text) => ({ text, to: parsePushTo(text) }));
  const told = options.answersTo.map((text) => ({ text, to: parsePushTo(text) }));
  const unknown = [...receivers, ...told].find(({ to }) => to === undefined);
  const content = options.content === undefined ? await contentOf(options) : await readContent(options.content);
  if (unknown || !content || typeof content === 'string') {
    const fault = typeof content === 'string' ? content : '--text / --markdown / --button / --file / --answer';
    terminal.err(terminal.say(USAGE(unknown?.text ?? fault)));
    return 2;
  }
  return withDesk(terminal, options.config, async ({ pushes }) => {
    const key = options.key ?? `cli-${randomUUID()}`;
    const accepted = await pushes.push({
      key,
      to: receivers.map(({ to }) => to as PushTo),
      content,
      lang: terminal.lang,
      ...(told.length > 0 && {
        answers: {
          purpose: TELL_PURPOSE,
          subject: { to: told.map(({ to }) => to as PushTo), lang: terminal.lang } satisfies TellSubject,
        },
      }),
      ...(options.notice === true && { notice: true }),
      ...(options.again === true && { again: 'vary' as const }),
    });
    const { length } = accepted.parts;
    const known = accepted.duplicate ? { zh: '（此前已受理）', en: ' (accepted before)' } : { zh: '', en: '' };
    terminal.out(
      terminal.say({
        zh: `✔ 已受理 ${length} 条，由运行中的网关发出${known.zh}。查询：posthouse push-status '${key}'`,
        en: `✔ ${length} accepted; the running gateway sends them${known.en}. See: posthouse push-status '${key}'`,
      }),
    );
    for (const { receiver, state } of accepted.parts.filter((part) => part.state === 'skipped'))
      terminal.out(`- ${receiver}: ${stateText(terminal, state)}`);
    return 0;
  });
}

const USAGE = (what: string) => ({
  zh: `✘ ${what} 无效。用法：posthouse push --to robot:名称 --text 内容（接收者：robot:名称、person:ID、渠道:user:ID、渠道:chat:ID、渠道:department:ID、渠道:all；按钮：--title 标题 --button 文字=https://…；文件：--file https://…；提问：--title 标题 --answer ok=同意 --answers-to 接收者）`,
  en: `✘ ${what} is not valid. Usage: posthouse push --to robot:NAME --text WORDS (receivers: robot:NAME, person:ID, CHANNEL:user:ID, CHANNEL:chat:ID, CHANNEL:department:ID, CHANNEL:all; buttons: --title TITLE --button WORDS=https://…; a file: --file https://…; a question: --title TITLE --answer ok=Agree --answers-to RECEIVER)`,
});

async function contentOf(options: PushOptions): Promise<PushContent | undefined> {
  const { text, markdown, title, button, picture, file, name, answer } = options;
  const given = text ?? markdown ?? '';
  const words = given === '-' ? await readAll(process.stdin) : given;
  const buttons = button.map(buttonIn);
  const answers = answer.map(buttonIn);
  if ([...buttons, ...answers].some((one) => one === undefined)) return undefined;
  const isFile = file !== undefined;
  if (isFile ? buttons.length + answers.length > 0 || picture !== undefined : name !== undefined) return undefined;
  if (isFile) return { kind: 'file', text: words, file: pushedFile(file, name), ...(title !== undefined && { title }) };
  if (answers.length > 0) {
    if (title === undefined || buttons.length > 0 || picture !== undefined) return undefined;
    const named = answers.filter((one) => one !== undefined).map((one) => ({ id: one.text, text: one.url }));
    return { kind: 'question', title, text: words, choices: [], answers: named };
  }
  if (buttons.length > 0) {
    if (title === undefined) return undefined;
    const links = buttons.filter((one) => one !== undefined);
    return { kind: 'card', title, text: words, buttons: links, ...(picture !== undefined && { picture }) };
  }
  if (words.trim() === '' || picture !== undefined) return undefined;
  if (markdown === undefined && title === undefined) return { kind: 'text', text: words };
  return { kind: 'markdown', text: words, ...(title !== undefined && { title }) };
}

/** `Open=https://…` */
function buttonIn(given: string): LinkButton | undefined {
  const cut = given.indexOf('=');
  return cut > 0 ? { text: given.slice(0, cut), url: given.slice(cut + 1) } : undefined;
}

export interface StatusOptions {
  readonly config?: string;
  readonly ask?: boolean;
  readonly recall?: boolean;
}

const ASK_WITHIN_MS = 60_000;

/** Tells what has become of a push; `--ask` also asks the platforms, `--recall` takes it back. */
export async function pushStatus(terminal: Terminal, key: string, options: StatusOptions): Promise<number> {
  return withDesk(terminal, options.config, async ({ pushes }) => {
    const found = await pushes.find(key);
    if (!found)
      throw new WordedError('not_found', {
        zh: `没有推送 ${key}`,
        en: `there is no push ${key}`,
      });
    printParts(terminal, found);
    for (const { channel, account, button, choices, at } of found.answers) {
      const chosen = Object.entries(choices).map(([name, ids]) => `${name}=${ids.join(',')}`);
      const when = new Date(at).toISOString();
      terminal.out(`${channel}:user:${account}  ${stateWord(terminal)} ${[button, ...chosen].join('  ')}  ${when}`);
    }
    const signal = AbortSignal.timeout(ASK_WITHIN_MS);
    if (options.ask === true) {
      for (const { to, receivers } of await pushes.ask(key, signal))
        for (const [receiver, became] of Object.entries(receivers))
          terminal.out(`${to.channel}  ${receiver}  ${became}`);
    }
    if (options.recall === true) {
      const count = await pushes.recall(key, signal);
      terminal.out(terminal.say({ zh: `✔ 已撤回 ${count} 条消息。`, en: `✔ ${count} messages taken back.` }));
    }
    return found.parts.some(({ state }) => state === 'dead' || state === 'refused') ? 1 : 0;
  });
}

function printParts(terminal: Terminal, { parts }: Push): void {
  for (const { channel, kind, receiver, part, state, code, attempts } of parts) {
    const who = receiver === '' ? kind : `${kind}:${receiver}`;
    const more = [code ?? '', attempts > 1 ? `×${attempts}` : ''].filter((text) => text !== '').join(' ');
    terminal.out(`${channel}:${who}  #${part + 1}  ${stateText(terminal, state)}${more === '' ? '' : `  ${more}`}`);
  }
  explainCodes(
    terminal,
    parts.filter(({ state }) => state === 'dead' || state === 'refused').map(({ code }) => code),
  );
}

function stateWord(terminal: Terminal): string {
  return terminal.say({ zh: '回答', en: 'answered' });
}

const STATES = {
  waiting: { zh: '等待发送', en: 'waiting' },
  sending: { zh: '发送中', en: 'being sent' },
  sent: { zh: '已发送', en: 'sent' },
  dead: { zh: '已放弃（见 posthouse dead）', en: 'given up (see posthouse dead)' },
  refused: { zh: '平台拒绝', en: 'refused' },
  skipped: { zh: '当天已收到相同内容，未再发送', en: 'not sent: the same words reached them today' },
  past: { zh: '记录已过保留期', en: 'over, and no longer kept' },
} as const;

function stateText(terminal: Terminal, state: keyof typeof STATES): string {
  return terminal.say(STATES[state]);
}

async function withDesk(
  terminal: Terminal,
  config: string | undefined,
  work: (desk: PushDesk) => Promise<number>,
): Promise<number> {
  const desk = await openPushDesk(await readSettings(terminal, config));
  try {
    return await work(desk);
  } finally {
    await desk.close();
  }
}
