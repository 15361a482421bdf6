import type { AgentForm } from '../../core/agent.ts';
import type { Choice } from '../../core/push-question.ts';
import { type Fields, fieldsOf, listOf, textOf, wordOf, wordsOf } from './values.ts';

/**
 * The form of a Human Input node, as far as one can fill it in by choosing and pressing.
 *
 * @param data - Of a `human_input_required`.
 * @returns Undefined where a page of Dify's alone shows it, or where words or files are wanted.
 */
export function readAgentForm(data: Fields): AgentForm | undefined {
  const token = wordOf(data['form_token']);
  const answers = listOf(data['actions'])
    .map(fieldsOf)
    .map(({ id, title }) => ({ id: textOf(id), text: textOf(title) }));
  if (token === undefined || answers.length === 0) return undefined;
  const resolved = fieldsOf(data['resolved_default_values']);
  const choices: Choice[] = [];
  const preset: Record<string, string> = {};
  for (const input of listOf(data['inputs']).map(fieldsOf)) {
    const name = textOf(input['output_variable_name']);
    const options = input['type'] === 'select' ? wordsOf(fieldsOf(input['option_source'])['value']) : [];
    const standard = wordOf(resolved[name]) ?? wordOf(fieldsOf(input['default'])['value']);
    if (options.length > 0) choices.push({ name, title: name, options: options.map((text) => ({ id: text, text })) });
    else if (input['type'] !== 'paragraph' || standard === undefined) return undefined;
    if (standard !== undefined) preset[name] = standard;
  }
  return { token, title: textOf(data['node_title']), choices, answers, preset };
}
