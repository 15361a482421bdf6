import { type FailureCode, GatewayError, toGatewayError } from '../../core/errors.ts';
import type { ReplyAddress } from '../../core/event.ts';
import { type ChannelName, id } from '../../core/ids.ts';
import type { Lang } from '../../core/lang.ts';
import type { PlatformDeps } from '../../core/platform-definition.ts';
import {
  articlesInText,
  behindWords,
  type FactsContent,
  type FileContent,
  factsInText,
  fileInText,
  type PushAddress,
  type PushContent,
  type Pusher,
  type PushMessage,
  type PushOptions,
  type PushOutcome,
  type PushWay,
  partsThatFit,
  type Reach,
  type ReceiverOutcome,
} from '../../core/push.ts';
import type { QuestionContent } from '../../core/push-question.ts';
import { type Sent, sentWhole } from '../../core/reply.ts';
import { byteLength, splitMarkdown } from '../../lib/markdown.ts';
import type { DingtalkApi, RobotMessage } from './api.ts';
import { shortened } from './buttons.ts';
import type { CallOptions } from './client.ts';
import { HELD_BACK, refusal, UNKNOWN_PERSON } from './errors.ts';
import { robotFile, type Uploaded, uploadedFile } from './files.ts';
import {
  MAX_ANSWER_BYTES,
  MAX_NOTICE_BYTES,
  MAX_NOTICE_DEPARTMENTS,
  MAX_NOTICE_PEOPLE,
  MAX_PARAM_BYTES,
  MAX_ROBOT_PEOPLE,
  MAX_SUMMARY_CHARS,
} from './limits.ts';
import { renderMarkdown } from './markdown.ts';
import { titleOf, wordsAbove } from './messages.ts';
import { fitsNotice, type NoticeWords } from './notices/messages.ts';
import type { NoticeReceivers, WorkNotices } from './notices/notices.ts';
import type { QuestionCards } from './questions.ts';
import { summaryOf } from './text.ts';

const DAY_MS = 24 * 60 * 60_000;
const BEIJING_MS = 8 * 60 * 60_000;

/** What an app says without having been asked: by its robot into chats, and as work notifications. */
export class DingtalkPusher implements Pusher {
  readonly channel: ChannelName;
  readonly reach: Readonly<Partial<Record<PushWay, Reach>>>;
  readonly onceADay = 'notice';
  readonly asks?: 'buttons';
  readonly showsArticles = true;
  readonly showsFacts = true;
  readonly sendsFiles = true;
  readonly #api: DingtalkApi;
  readonly #deps: PlatformDeps;
  readonly #notices: WorkNotices | undefined;
  readonly #questions: QuestionCards | undefined;

  /**
   * @param notices - Absent where the settings have no agent id.
   * @param questions - Absent where presses do not come back.
   */
  constructor(
    api: DingtalkApi,
    notices: WorkNotices | undefined,
    questions: QuestionCards | undefined,
    deps: PlatformDeps,
  ) {
    this.channel = deps.channel;
    this.#deps = deps;
    this.#api = api;
    this.#notices = notices;
    this.#questions = questions;
    if (questions) this.asks = 'buttons';
    const noticed = { user: MAX_NOTICE_PEOPLE, department: MAX_NOTICE_DEPARTMENTS, everyone: 1 };
    this.reach = { message: { user: MAX_ROBOT_PEOPLE, chat: 1 }, ...(notices && { notice: noticed }) };
  }

  /** People from outside have a sealed id only, by which nobody can be written to. */
  knows(user: string): boolean {
    return !user.startsWith('$:');
  }

  /** One article with its picture is a link; all others stand in a text. */
  partsOf(content: PushContent, way: PushWay): readonly PushContent[] {
    if (content.kind === 'articles') {
      const { articles } = content;
      if (articles.length > 1 || articles[0]?.picture === undefined) return this.partsOf(articlesInText(content), way);
    }
    if (content.kind === 'articles' || content.kind === 'file')
      return behindWords(content, (words) => this.partsOf(words, way), wordsAbove);
    if (content.kind === 'facts')
      return way === 'notice' && pageOf(content) ? [content] : this.partsOf(factsInText(content), way);
    if (way === 'notice') {
      if (content.kind === 'question')
        throw new GatewayError('platform_content_refused', 'nobody hears of what is pressed in a work notification');
      return partsThatFit(content, MAX_NOTICE_BYTES - 100, splitMarkdown, (part) => fitsNotice(noticeOf(part, 'zh')));
    }
    const fits = (part: PushContent): boolean =>
      byteLength(JSON.stringify(robotMessageOf(part, 'zh').param)) <= MAX_PARAM_BYTES;
    return partsThatFit(content, MAX_ANSWER_BYTES, splitMarkdown, fits);
  }

  /** The same words reach a person once a day, so that day a notification cannot be shown twice. */
  knownUntil({ to }: PushMessage, firstSentAt: number): number {
    if (to.way !== 'notice') return 0;
    return Math.ceil((firstSentAt + BEIJING_MS + 1) / DAY_MS) * DAY_MS - BEIJING_MS;
  }

  async send(message: PushMessage, options: PushOptions): Promise<Sent> {
    const call: CallOptions = { priority: 'final', signal: options.signal };
    const { to, content, lang } = message;
    if (content.kind === 'file') return this.#sendFile(message, content, options, call);
    if (to.way === 'notice') return this.#notify(to, noticeOf(content, lang), call);
    const asked = content.kind === 'question' ? await this.#ask(message, content, call) : undefined;
    return asked ?? this.#say(to, robotMessageOf(content, lang), options, call);
  }

  /** Noted before it is sent: given to the vendor again it is another file, which is no repetition to it. */
  async #sendFile({ to, lang }: PushMessage, content: FileContent, options: PushOptions, call: CallOptions) {
    const noted = uploadIn(options.prior);
    const uploaded = noted ?? (await uploadedFile(content.file, this.#api, this.#deps, call));
    if (uploaded && !noted) await options.save(sentWhole(undefined, { upload: uploaded }));
    const words = fileInText(content);
    if (to.way === 'notice') return this.#notify(to, uploaded ?? noticeOf(words, lang), call);
    const said = uploaded ? robotFile(content.file, uploaded) : robotMessageOf(words, lang);
    return this.#say(to, said, options, call);
  }

  async #say(to: PushAddress, said: RobotMessage, options: PushOptions, call: CallOptions): Promise<Sent> {
    if (to.kind === 'user') return this.#sendToPeople(to.ids, said, options, call);
    const key = await this.#api.send(groupOf(to), said, call);
    return sentWhole(key, { keys: [key] });
  }

  /** @returns Undefined where the app may show no cards: then the words alone go out. */
  async #ask(message: PushMessage, question: QuestionContent, call: CallOptions): Promise<Sent | undefined> {
    if (!this.#questions) return undefined;
    try {
      const { tracks, refused } = await this.#questions.send(message, question, call);
      return { ...sentWhole(tracks[0], { tracks }), refused };
    } catch (error) {
      const { code } = toGatewayError(error);
      if (code !== 'platform_forbidden' && code !== 'platform_misconfigured') throw error;
      return undefined;
    }
  }

  async outcome(sent: Sent, to: PushAddress, signal: AbortSignal): Promise<PushOutcome | undefined> {
    const call: CallOptions = { priority: 'update', signal };
    if (to.way === 'notice') return this.#noticeOutcome(sent, call);
    if (to.kind !== 'user' || tracksOf(sent).length > 0) return undefined;
    const receivers: Record<string, ReceiverOutcome> = {};
    for (const key of keysOf(sent)) {
      for (const [user, isRead] of await this.#api.readStatus(key, call)) receivers[user] = isRead ? 'read' : 'unread';
    }
    return { finished: true, receivers };
  }

  async recall(sent: Sent, to: PushAddress, signal: AbortSignal): Promise<void> {
    const call: CallOptions = { priority: 'final', signal };
    if (to.way === 'notice') return this.#notices?.recall(taskOf(sent), call);
    const tracks = tracksOf(sent);
    if (tracks.length > 0) return this.#questions?.close(tracks, call);
    await this.#api.recallMessages(keysOf(sent), to.kind === 'chat' ? to.ids[0] : undefined, call);
  }

  async #notify(to: PushAddress, words: NoticeWords, call: CallOptions): Promise<Sent> {
    if (!this.#notices)
      throw new GatewayError('platform_misconfigured', 'work notifications need the agentId of the app');
    const task = await this.#notices.send(noticeReceivers(to), words, call);
    return sentWhole(String(task), { task });
  }

  /** Those who were held back are tried again later, alone. */
  async #sendToPeople(
    users: readonly string[],
    said: RobotMessage,
    options: PushOptions,
    call: CallOptions,
  ): Promise<Sent> {
    const before = notesOf(options.prior);
    const left = users.filter((user) => !before.done.includes(user));
    const { key, unknown, heldBack } = await this.#api.sendToMany(left, said, call);
    const done = [...before.done, ...left.filter((user) => !heldBack.includes(user))];
    const refused = { ...before.refused, ...codesFor(unknown) };
    const keys = [...before.keys, ...(key === '' ? [] : [key])];
    if (heldBack.length > 0) {
      await options.save({ ...sentWhole(undefined, { keys, done }), refused });
      throw refusal({ api: 'robot.oto', status: 200, code: HELD_BACK, requestId: '' });
    }
    if (users.every((user) => user in refused))
      throw refusal({ api: 'robot.oto', status: 200, code: UNKNOWN_PERSON, requestId: '' });
    return { ...sentWhole(key, { keys, done }), refused };
  }

  async #noticeOutcome(sent: Sent, call: CallOptions): Promise<PushOutcome | undefined> {
    const task = taskOf(sent);
    if (!this.#notices) return undefined;
    const { state } = await this.#notices.progress(task, call);
    if (state !== 'done') return { finished: false, receivers: {} };
    const result = await this.#notices.result(task, call);
    const named = (ids: readonly string[], became: ReceiverOutcome) => ids.map((one) => [one, became] as const);
    return {
      finished: true,
      receivers: Object.fromEntries([
        ...named(result.read, 'read'),
        ...named(result.unread, 'unread'),
        ...named([...result.unknown, ...result.unknownDepartments], 'unknown'),
        ...named(result.failed, 'failed'),
        ...result.keptBack.map(({ user, code }) => [user, code === SAME_WORDS ? 'repeated' : 'too-many'] as const),
      ]),
    };
  }
}

/** "The same words on the same day" among the reasons for keeping a notification back. */
const SAME_WORDS = '143106';

/** Of a page's head, with how opaque it is first. */
const HEAD_COLOR = 'FF1F6BB5';

function robotMessageOf(content: PushContent, lang: Lang): RobotMessage {
  if (content.kind === 'text') return { key: 'sampleText', param: { content: content.text } };
  const link = linkIn(content);
  if (link) {
    const { title, text, url, picture } = link;
    return { key: 'sampleLink', param: { title, text, messageUrl: url, picUrl: picture } };
  }
  const text = renderMarkdown(content.text);
  const title = content.title ?? titleOf(text, lang);
  const buttons = content.kind === 'card' ? content.buttons : [];
  const [first] = buttons;
  const hasTitle = content.kind === 'card' || content.kind === 'question';
  const whole = hasTitle ? `### ${renderMarkdown(title)}\n\n${text}` : text;
  if (!first) return { key: 'sampleMarkdown', param: { title, text: whole } };
  if (buttons.length === 1) {
    const only = { singleTitle: shortened(first.text), singleURL: first.url };
    return { key: 'sampleActionCard', param: { title, text: whole, ...only } };
  }
  const listed = buttons.flatMap((button, i) => [
    [`actionTitle${i + 1}`, shortened(button.text)],
    [`actionURL${i + 1}`, button.url],
  ]);
  return { key: `sampleActionCard${buttons.length}`, param: { title, text: whole, ...Object.fromEntries(listed) } };
}

function noticeOf(content: PushContent, lang: Lang): NoticeWords {
  if (content.kind === 'text') return { kind: 'text', text: content.text };
  const link = linkIn(content);
  if (link) return { kind: 'link', ...link };
  const page = content.kind === 'facts' ? pageOf(content) : undefined;
  if (page) return page;
  const text = renderMarkdown(content.text);
  const title = content.title ?? titleOf(text, lang);
  if (content.kind !== 'card') return { kind: 'markdown', title, text };
  const whole = `### ${renderMarkdown(title)}\n\n${text}`;
  if (content.buttons.length === 0) return { kind: 'markdown', title, text: whole };
  return { kind: 'card', title, text: whole, buttons: content.buttons };
}

/** Facts that lead somewhere are a page of the company's (OA); undefined where it cannot hold them. */
function pageOf({ title, text, facts, link }: FactsContent): NoticeWords | undefined {
  // Its words are plain: what would be cut stands in a message of its own form.
  if (!link || [...text].length > MAX_SUMMARY_CHARS) return undefined;
  const said = summaryOf(text, '');
  // The vendor puts the app's name into the head.
  const head = { text: title, color: HEAD_COLOR };
  const page: NoticeWords = {
    kind: 'oa',
    oa: { url: link.url, head, title, form: facts, ...(said !== '' && { text: said }) },
  };
  return fitsNotice(page) ? page : undefined;
}

/** The only article, as the vendor's link has it; undefined for anything else. */
function linkIn(content: PushContent) {
  if (content.kind !== 'articles') return undefined;
  const [first] = content.articles;
  if (!first) return undefined;
  const { title, url, description = title, picture = '' } = first;
  return { title, text: description, url, picture };
}

function noticeReceivers({ kind, ids }: PushAddress): NoticeReceivers {
  if (kind === 'everyone') return { everyone: true };
  return kind === 'department' ? { departments: ids } : { users: ids };
}

function groupOf({ channel, ids }: PushAddress): ReplyAddress {
  return { channel, kind: 'group', chat: id(ids[0] ?? '') };
}

function codesFor(unknown: readonly string[]): Readonly<Record<string, FailureCode>> {
  return Object.fromEntries(unknown.map((user) => [user, 'platform_target_gone']));
}

/** What an earlier try has noted: whom it reached, and under which keys. */
function notesOf(prior: Sent | undefined) {
  const done = prior?.handle['done'];
  return {
    done: Array.isArray(done) ? done.map(String) : [],
    keys: prior ? keysOf(prior) : [],
    refused: prior?.refused ?? {},
  };
}

function keysOf({ handle }: Sent): readonly string[] {
  const { keys } = handle;
  return Array.isArray(keys) ? keys.map(String) : [];
}

/** What an earlier try has given to the vendor. */
function uploadIn(prior: Sent | undefined): Uploaded | undefined {
  const upload = prior?.handle['upload'] as Partial<Uploaded> | undefined;
  const { kind, media, name } = upload ?? {};
  if ((kind !== 'image' && kind !== 'file') || typeof media !== 'string') return undefined;
  return { kind, media, ...(typeof name === 'string' && { name }) };
}

/** Of cards that ask. */
function tracksOf({ handle }: Sent): readonly string[] {
  const { tracks } = handle;
  return Array.isArray(tracks) ? tracks.map(String) : [];
}

function taskOf({ handle }: Sent): number {
  return typeof handle['task'] === 'number' ? handle['task'] : 0;
}
