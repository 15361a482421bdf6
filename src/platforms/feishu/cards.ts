import type { Frame, FrameState } from '../../core/reply.ts';
import { byteLength } from '../../lib/markdown.ts';
import type { Json } from '../../lib/read.ts';
import {
  answerElement,
  buttonsElement,
  continuedElement,
  firstChars,
  noticeElement,
  questionElement,
  sourceElements,
  suggestedElements,
  thoughtsElement,
} from './card-parts.ts';
import { type CardView, type Fullness, type ImageKeys, isClosing } from './card-view.ts';
import { label } from './labels.ts';
import { MAX_CARD_BYTES, MAX_SUMMARY_CHARS } from './limits.ts';
import { withoutMentions } from './markdown.ts';

const FULL: Fullness = { thoughts: true, extras: true };
const LEVELS: readonly Fullness[] = [FULL, { thoughts: false, extras: true }, { thoughts: false, extras: false }];
export function viewOf(frame: Frame, images: ImageKeys, fullness: Fullness = FULL): CardView {
  const closed = isClosing(frame);
  const elements = [
    questionElement(frame, fullness),
    thoughtsElement(frame, images, fullness),
    answerElement(frame, images),
    continuedElement(frame),
    noticeElement(frame, images),
    ...sourceElements(frame, fullness),
    ...(fullness.extras ? suggestedElements(frame.suggested, frame.turn) : []),
    buttonsElement(frame),
  ].filter((element) => element !== undefined);
  return {
    header: headerOf(frame),
    elements,
    summary: closed ? summaryOf(frame) : label(frame.lang, 'answering'),
    closed,
  };
}

/** The card's JSON; `undefined` when it is too large even without what can be left out. */
export function fittingCard(frame: Frame, images: ImageKeys): string | undefined {
  return fitting(frame, images)?.json;
}

/** The newest view that fits, for a card that grows. */
export function fittingView(frame: Frame, images: ImageKeys): CardView | undefined {
  return fitting(frame, images)?.view;
}

function fitting(frame: Frame, images: ImageKeys): { readonly view: CardView; readonly json: string } | undefined {
  for (const fullness of LEVELS) {
    const view = viewOf(frame, images, fullness);
    const json = writeCard(view);
    if (json.length * 3 <= MAX_CARD_BYTES || byteLength(json) <= MAX_CARD_BYTES) return { view, json };
  }
  return undefined;
}

/** What is left on the screen of a message whose answer had to be sent anew. */
export function handoverView(frame: Frame): CardView {
  const elements = [continuedElement({ ...frame, continues: true })].filter((element) => element !== undefined);
  return {
    header: headerOf({ ...frame, continues: true }),
    elements,
    summary: label(frame.lang, 'continued'),
    closed: true,
  };
}

/** Types fast enough to keep up with an agent: two characters every 30 ms, and what is left when the next text comes. */
const STREAMING = {
  streaming_mode: true,
  streaming_config: { print_frequency_ms: { default: 30 }, print_step: { default: 2 }, print_strategy: 'fast' },
};

export function writeCard(view: CardView): string {
  return JSON.stringify({
    schema: '2.0',
    config: { update_multi: true, ...(view.closed ? {} : STREAMING), summary: { content: view.summary } },
    header: view.header,
    body: { elements: view.elements.map((element) => element.make(element.text?.content ?? '')) },
  });
}

/** The settings that close a card which has grown. */
export function closedSettings(view: CardView): Json {
  return { streaming_mode: false, summary: { content: view.summary } };
}

const TEMPLATES: Readonly<Record<FrameState, string>> = {
  queued: 'wathet',
  thinking: 'blue',
  answering: 'blue',
  done: 'green',
  stopped: 'grey',
  failed: 'red',
};

/** While the agent works the header stays the same: changing it repaints the whole card. */
function headerOf(frame: Frame): Json {
  const title = { tag: 'plain_text', content: frame.title };
  const state = frame.state === 'thinking' ? 'answering' : frame.state;
  const template = frame.continues ? TEMPLATES.answering : TEMPLATES[state];
  if (state === 'done' || frame.continues) return { title, template };
  const text = { tag: 'plain_text', content: label(frame.lang, state) };
  return { title, template, text_tag_list: [{ tag: 'text_tag', text, color: TAG_COLORS[state] ?? 'neutral' }] };
}

const TAG_COLORS: Readonly<Partial<Record<FrameState, string>>> = { answering: 'blue', failed: 'red' };

const LINK = /!?\[([^\]]*)\]\([^)]*\)/g;
const MARKS = /```\w*|[*_`#>|~]/g;

/** The beginning of the answer, without its marks. */
function summaryOf(frame: Frame): string {
  const text = frame.answer === '' ? (frame.notice ?? '') : frame.answer;
  const words = withoutMentions(text.slice(0, 4 * MAX_SUMMARY_CHARS))
    .replace(LINK, '$1')
    // Apart from the links: V8 takes out at one go what nothing takes the place of.
    .replace(MARKS, '')
    .replace(/\s+/g, ' ')
    .trim();
  return firstChars(words, MAX_SUMMARY_CHARS) || frame.title;
}
