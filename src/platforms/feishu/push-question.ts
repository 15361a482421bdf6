import type { SendKey } from '../../core/ids.ts';
import { type AnswerValue, choiceKey, optionKey, type QuestionContent } from '../../core/push-question.ts';
import type { Json } from '../../lib/read.ts';
import { MAX_BUTTON_CHARS } from './limits.ts';
import { withoutMentions } from './markdown.ts';

/**
 * What is pressed under a pushed question: buttons, in a form where something is chosen before.
 *
 * @param key - Of the message; it comes back with the press.
 */
export function questionElements({ choices, answers }: QuestionContent, key: SendKey): readonly Json[] {
  const buttons = answers.map((answer, index): Json => {
    const value: AnswerValue = { act: 'answer', push: key, index };
    return {
      tag: 'button',
      text: plain(answer.text.slice(0, MAX_BUTTON_CHARS)),
      type: index === 0 ? 'primary' : 'default',
      ...(choices.length > 0 && { name: `send${index}`, form_action_type: 'submit' }),
      behaviors: [{ type: 'callback', value }],
    };
  });
  if (choices.length === 0) return buttons;
  const selects = choices.flatMap((choice, index): Json[] => [
    { tag: 'markdown', content: withoutMentions(choice.title) },
    {
      tag: choice.several === true ? 'multi_select_static' : 'select_static',
      name: choiceKey(index),
      placeholder: plain(choice.title),
      options: choice.options.map(({ text }, option) => ({ text: plain(text), value: optionKey(option) })),
    },
  ]);
  return [{ tag: 'form', name: 'question', elements: [...selects, ...buttons] }];
}

function plain(text: string): Json {
  return { tag: 'plain_text', content: withoutMentions(text) };
}
