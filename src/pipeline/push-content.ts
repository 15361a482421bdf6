import { assertNever, GatewayError } from '../core/errors.ts';
import type { Lang } from '../core/lang.ts';
import type { ArticlesContent, FactsContent, FileContent, LinkButton, PushContent } from '../core/push.ts';
import type { QuestionContent } from '../core/push-question.ts';
import { say } from '../core/text.ts';
import type { Guard } from '../guard/guard.ts';

const MAX_TEXT_CHARS = 100_000;
const MAX_TITLE_CHARS = 200;
const MAX_BUTTONS = 5;
const MAX_ARTICLES = 8;
const MAX_FACTS = 10;
const MAX_ANSWERS = 6;
const MAX_CHOICES = 3;
const MAX_OPTIONS = 20;
const MAX_NAME_CHARS = 64;

export function malformed(why: string): GatewayError {
  return new GatewayError('push_malformed', `a push is not accepted: ${why}`);
}

/** @throws {GatewayError} `push_malformed` for what nobody could be shown. */
export function checkContent(content: PushContent): void {
  if (content.text.length > MAX_TEXT_CHARS) throw malformed(`its text has more than ${MAX_TEXT_CHARS} characters`);
  if (content.kind !== 'text' && (content.title?.length ?? 0) > MAX_TITLE_CHARS)
    throw malformed(`its title has more than ${MAX_TITLE_CHARS} characters`);
  switch (content.kind) {
    case 'text':
    case 'markdown':
      if (content.text.trim() === '') throw malformed('it says nothing');
      return;
    case 'card':
      return checkCard(content);
    case 'articles':
      return checkArticles(content);
    case 'facts':
      return checkFacts(content);
    case 'file':
      return checkFile(content);
    case 'question':
      return checkQuestion(content);
    default:
      assertNever(content);
  }
}

function checkCard(content: PushContent & { readonly kind: 'card' }): void {
  const { title, buttons } = content;
  if (title.trim() === '') throw malformed('a card has no title');
  if (buttons.length > MAX_BUTTONS) throw malformed(`a card has more than ${MAX_BUTTONS} buttons`);
  if (content.picture !== undefined && !isWebAddress(content.picture))
    throw malformed('a card’s picture is at no web address');
  for (const button of buttons) checkLink(button);
}

function checkLink({ text, url }: LinkButton): void {
  if (text.trim() === '' || !isWebAddress(url)) throw malformed('a button has no words or opens no web address');
}

function checkArticles({ articles }: ArticlesContent): void {
  if (articles.length === 0 || articles.length > MAX_ARTICLES)
    throw malformed(`it has not 1 to ${MAX_ARTICLES} articles`);
  for (const { title, url, picture } of articles) {
    if (title.trim() === '' || !isWebAddress(url)) throw malformed('an article has no title or is at no web address');
    if (picture !== undefined && !isWebAddress(picture)) throw malformed('an article’s picture is at no web address');
  }
}

function checkFacts({ title, facts, program, link }: FactsContent): void {
  if (title.trim() === '') throw malformed('facts have no title');
  if (facts.length === 0 || facts.length > MAX_FACTS) throw malformed(`it has not 1 to ${MAX_FACTS} facts`);
  if (facts.some(({ name, value }) => name.trim() === '' || value.trim() === ''))
    throw malformed('a fact has no name or no value');
  if (program && program.app.trim() === '') throw malformed('a mini program has no id');
  if (link) checkLink(link);
}

function checkFile({ file }: FileContent): void {
  if (file.name.trim() === '' || file.name.length > MAX_TITLE_CHARS)
    throw malformed(`a file has not a name of 1 to ${MAX_TITLE_CHARS} characters`);
  if (!isWebAddress(file.url)) throw malformed('a file is at no web address');
}

function checkQuestion({ title, choices, answers }: QuestionContent): void {
  if (title.trim() === '') throw malformed('a question has no title');
  if (answers.length === 0 || answers.length > MAX_ANSWERS) throw malformed(`it has not 1 to ${MAX_ANSWERS} answers`);
  if (choices.length > MAX_CHOICES) throw malformed(`a question has more than ${MAX_CHOICES} choices`);
  checkNames(answers, 'answers');
  checkNames(
    choices.map(({ name, title: text }) => ({ id: name, text })),
    'choices',
  );
  for (const { options } of choices) {
    if (options.length === 0 || options.length > MAX_OPTIONS)
      throw malformed(`a choice has not 1 to ${MAX_OPTIONS} options`);
    checkNames(options, 'options');
  }
}

function checkNames(all: readonly { readonly id: string; readonly text: string }[], what: string): void {
  if (all.some(({ id, text }) => id === '' || id.length > MAX_NAME_CHARS || text.trim() === ''))
    throw malformed(`one of its ${what} has no words, or no name of 1 to ${MAX_NAME_CHARS} characters`);
  if (new Set(all.map(({ id }) => id)).size < all.length) throw malformed(`two of its ${what} have one name`);
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

/** Without what must not leave. Addresses stay as they are: a masked one leads nowhere. */
export function maskContent(content: PushContent, lang: Lang, guard: Guard): PushContent {
  const mask = (text: string, form: 'plain' | 'markdown'): string => guard.mask(text, { form, lang }).text;
  switch (content.kind) {
    case 'text':
      return { ...content, text: mask(content.text, 'plain') };
    case 'markdown': {
      const { title } = content;
      const text = mask(content.text, 'markdown');
      return { ...content, text, ...(title !== undefined && { title: mask(title, 'plain') }) };
    }
    case 'card': {
      const buttons = content.buttons.map((button) => maskLink(button, mask));
      return { ...content, title: mask(content.title, 'plain'), text: mask(content.text, 'markdown'), buttons };
    }
    case 'articles': {
      const articles = content.articles.map((one) => ({
        ...one,
        title: mask(one.title, 'plain'),
        ...(one.description !== undefined && { description: mask(one.description, 'plain') }),
      }));
      const { title } = content;
      const text = mask(content.text, 'markdown');
      return { ...content, text, articles, ...(title !== undefined && { title: mask(title, 'plain') }) };
    }
    case 'facts': {
      const facts = content.facts.map(({ name, value }) => ({
        name: mask(name, 'plain'),
        value: mask(value, 'plain'),
      }));
      const { title, text, link } = content;
      const linked = link && { link: maskLink(link, mask) };
      return { ...content, title: mask(title, 'plain'), text: mask(text, 'markdown'), facts, ...linked };
    }
    case 'file': {
      const { title, file } = content;
      const text = mask(content.text, 'markdown');
      const named = { ...file, name: mask(file.name, 'plain') };
      return { ...content, text, file: named, ...(title !== undefined && { title: mask(title, 'plain') }) };
    }
    case 'question':
      return maskQuestion(content, mask);
  }
}

type Mask = (text: string, form: 'plain' | 'markdown') => string;

function maskLink({ text, url }: LinkButton, mask: Mask): LinkButton {
  return { text: mask(text, 'plain'), url };
}

/** Names stay as they are: they are the asker's own, and nobody is shown them. */
function maskQuestion(content: QuestionContent, mask: Mask): QuestionContent {
  const masked = <One extends { readonly text: string }>(one: One): One => ({ ...one, text: mask(one.text, 'plain') });
  return {
    ...content,
    title: mask(content.title, 'plain'),
    text: mask(content.text, 'markdown'),
    answers: content.answers.map(masked),
    choices: content.choices.map((choice) => ({
      ...choice,
      title: mask(choice.title, 'plain'),
      options: choice.options.map(masked),
    })),
  };
}

/** The same words with the time behind them: for who has got them today, other words. */
export function varied(content: PushContent, now: number, lang: Lang): PushContent {
  const at = new Date(now + BEIJING_MS).toISOString().slice(11, 19);
  const mark = say(lang, 'pushedAt', { at });
  const text = content.kind === 'text' ? `${content.text}\n${mark}` : `${content.text}\n\n${mark}`;
  return { ...content, text };
}

/** `2026-05-31`: the day as the vendors count it. */
export function dayOf(now: number): string {
  return new Date(now + BEIJING_MS).toISOString().slice(0, 10);
}

const BEIJING_MS = 8 * 60 * 60_000;
