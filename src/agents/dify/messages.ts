import type { Ask } from '../../core/agent.ts';
import { GatewayError } from '../../core/errors.ts';
import type { AppMode, DifyConfig } from './config.ts';
import { SetupError } from './errors.ts';
import type { AppFacts, Variable } from './facts.ts';

/** A file as a question names it. */
export interface FileMapping {
  readonly type: string;
  readonly transfer_method: 'local_file';
  readonly upload_file_id: string;
}

/** Uploaded files by the place they go to: beside the question, or into a variable. */
export interface PlacedFiles {
  readonly beside: readonly FileMapping[];
  readonly variables: Readonly<Record<string, FileMapping | readonly FileMapping[]>>;
}

type Settings = Pick<DifyConfig, 'inputs' | 'queryVariable'>;

/**
 * The body of a question.
 *
 * @param conversation - The dialogue to go on with; ignored by apps that have none.
 * @throws {GatewayError} `agent_misconfigured`, `agent_rejected_input`.
 */
export function askBody(
  facts: AppFacts,
  settings: Settings,
  ask: Ask,
  files: PlacedFiles,
  conversation?: string,
): object {
  const target = hasConversations(facts.mode) ? undefined : queryVariable(facts, settings);
  const query = queryOf(ask);
  const inputs = { ...inputsOf(facts, settings, ask, target), ...files.variables };
  if (target) inputs[target.name] = fitQuery(query, target);
  requireAll(facts, inputs);
  return {
    inputs,
    ...(target ? {} : { query }),
    user: ask.user,
    response_mode: 'streaming',
    ...(files.beside.length > 0 ? { files: files.beside } : {}),
    ...(hasConversations(facts.mode) ? conversationOf(conversation) : {}),
  };
}

export function hasConversations(mode: AppMode): boolean {
  return mode !== 'workflow' && mode !== 'completion';
}

/**
 * The variable that takes the question, for apps without a place of its own for it.
 *
 * @returns Undefined for a completion app that declares none: it has the older field `query`.
 * @throws {GatewayError} `agent_misconfigured` when there is none or no telling which.
 */
export function queryVariable(facts: AppFacts, settings: Settings): Variable | undefined {
  const texts = facts.variables.filter(({ type }) => type === 'paragraph' || type === 'text-input');
  if (settings.queryVariable !== undefined) return namedVariable(texts, settings.queryVariable);
  const free = texts.filter(({ name }) => settings.inputs[name] === undefined && !ABOUT_ASKER.has(name));
  const found =
    byUsualName(free) ??
    onlyOne(free.filter(({ required }) => required)) ??
    onlyOne(free) ??
    onlyOne(free.filter(isLong));
  if (found) return found;
  if (facts.mode === 'completion' && texts.length === 0) return undefined;
  const names = texts.map(({ name }) => `"${name}"`).join(', ') || 'the app has no text variable';
  throw new SetupError({
    zh: `无法判断哪个输入变量接收问题，请设置 queryVariable（${names}）`,
    en: `cannot tell which input takes the question; set queryVariable (${names})`,
  });
}

/** Variables that the gateway fills with who asks and where. */
const ABOUT_ASKER = new Set(['user_name', 'user_id', 'department', 'platform', 'chat_kind', 'chat_name', 'lang']);

const USUAL_QUERIES = [
  'query',
  'question',
  'sys_query',
  'user_query',
  'user_input',
  'input',
  'prompt',
  'message',
  'text',
  'content',
];

function byUsualName(variables: readonly Variable[]): Variable | undefined {
  for (const usual of USUAL_QUERIES) {
    const found = variables.find(({ name }) => name.toLowerCase() === usual);
    if (found) return found;
  }
  return undefined;
}

function namedVariable(texts: readonly Variable[], wanted: string): Variable {
  const found = texts.find(({ name }) => name === wanted);
  if (found) return found;
  throw new SetupError({
    zh: `queryVariable“${wanted}”不是应用的文本变量，请填写应用中的变量名`,
    en: `queryVariable "${wanted}" is not a text variable of the app, name one that it has`,
  });
}

function onlyOne<T>(items: readonly T[]): T | undefined {
  return items.length === 1 ? items[0] : undefined;
}

function isLong({ type }: Variable): boolean {
  return type === 'paragraph';
}

/** A chatflow refuses an empty question, and somebody may send nothing but files. */
export function queryOf(ask: Pick<Ask, 'text' | 'files'>): string {
  if (ask.text.trim() !== '') return ask.text;
  return ask.files.map(({ name }) => name).join(', ') || '?';
}

/**
 * What every question would be refused for.
 *
 * @throws {GatewayError} `agent_misconfigured`, with the setting that is missing.
 */
export function checkInputs(facts: AppFacts, settings: Settings): void {
  const target = hasConversations(facts.mode) ? undefined : queryVariable(facts, settings);
  for (const variable of facts.variables) {
    const isFilled = variable === target || variable.files !== undefined || ABOUT_ASKER.has(variable.name);
    const value = valueOf(variable, settings.inputs[variable.name]) ?? valueOf(variable, variable.default);
    if (variable.required && !isFilled && value === undefined) throw missingInput(variable);
  }
}

function fitQuery(query: string, { maxLength }: Variable): string {
  if (maxLength === undefined || charsOf(query) <= maxLength) return query;
  const options = { details: { limit: String(maxLength) } };
  throw new GatewayError('agent_rejected_input', `the question has more than ${maxLength} characters`, options);
}

/** What the app declares and we have: the operator's values, who asks, else the app's own default. All of it each time. */
function inputsOf(
  facts: AppFacts,
  settings: Settings,
  ask: Ask,
  target: Variable | undefined,
): Record<string, unknown> {
  const given: Readonly<Record<string, string>> = { ...ask.inputs, ...settings.inputs };
  const inputs: Record<string, unknown> = {};
  for (const variable of facts.variables) {
    if (variable === target) continue;
    const value = valueOf(variable, given[variable.name]) ?? valueOf(variable, variable.default);
    if (value !== undefined) inputs[variable.name] = value;
  }
  return inputs;
}

/** A value in the variable's own type; undefined when it is none. */
function valueOf({ type, options, maxLength }: Variable, text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  switch (type) {
    case 'number':
      return Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'checkbox':
      return /^(true|1|yes|on)$/i.test(text);
    case 'select':
      return options.includes(text) ? text : undefined;
    case 'file':
    case 'file-list':
      return undefined;
    case 'json_object':
      return parseJson(text);
    default:
      return maxLength === undefined || charsOf(text) <= maxLength ? text : [...text].slice(0, maxLength).join('');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Better our sentence, which names the setting, than Dify's refusal of every single question. */
function requireAll(facts: AppFacts, inputs: Readonly<Record<string, unknown>>): void {
  const missing = facts.variables.find(({ name, required }) => required && inputs[name] === undefined);
  if (!missing) return;
  if (!missing.files) throw missingInput(missing);
  throw new GatewayError('agent_rejected_input', `the app requires a file in "${missing.name}"`);
}

function conversationOf(conversation: string | undefined): object {
  if (conversation !== undefined) return { conversation_id: conversation };
  // A title made by a model would cost its tokens, and nobody reads it.
  return { auto_generate_name: false };
}

/** Dify counts characters, not UTF-16 units. */
function charsOf(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function missingInput({ name }: Variable): GatewayError {
  return new SetupError({
    zh: `应用要求输入变量“${name}”：请设置 inputs.${name}，或在 Dify 中把它改为选填`,
    en: `it requires the input "${name}": set inputs.${name}, or make it optional in Dify`,
  });
}
