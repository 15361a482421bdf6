import { randomInt } from 'node:crypto';
import type { AccessApproval, AccessRequest } from '../../core/access.ts';
import { toGatewayError } from '../../core/errors.ts';
import type { AccountId } from '../../core/ids.ts';
import type { PushContent } from '../../core/push.ts';
import { parsePushTo } from '../../core/push-to.ts';
import type { Role } from '../../core/rights.ts';
import { say } from '../../core/text.ts';
import type { CommandContext } from '../commands/command.ts';
import { pusherOf } from '../deliver-push.ts';
import { createPushService } from '../push.ts';
import { answersFor, answersIn } from './answer.ts';
import { ACCESS_PURPOSE } from './decide.ts';

/** Letters that are hard to mistake for each other and make no words. */
const LETTERS = 'BCDFGHJKMNPQRTVWXZ';
const START_WITHIN_MS = 60_000;

/** Who decides about a request: people at a vendor, the administrators, or nobody whom we could tell. */
export type AskedBy = 'approval' | 'administrators' | 'nobody';

/** Stores the request once, and brings it to whoever decides. Safe to run twice. */
export async function askForAccess(context: CommandContext, role: Role): Promise<AskedBy> {
  const { parts, person, event, lang, conversation } = context;
  // What was given for answering just this is of no use later.
  const { handle: _, message: __, ...to } = event.to;
  const contact = { lane: conversation, to, lang };
  const wish = { id: newCode(), person: person.id, role: role.name, contact };
  const request = await parts.store.access.ask(wish, parts.clock.now());
  if (await startApproval(request, role, context)) return 'approval';
  return (await tellAdministrators(request, role, context)) ? 'administrators' : 'nobody';
}

function newCode(): string {
  return Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

/** @returns false where there is no form for it, she has no account there, or the vendor refuses it for good. */
async function startApproval(request: AccessRequest, role: Role, { parts, person }: CommandContext): Promise<boolean> {
  const rules = parts.access?.approval;
  const by = rules && (await accountOn(rules, { parts, person }));
  if (!rules || by === undefined) return false;
  const words = { name: person.name ?? by, role: role.title ?? role.name, days: String(role.onRequestDays ?? 0) };
  const values = Object.entries(rules.fields).map(([label, text]) => [label, filled(text, words)] as const);
  const { channel, template } = rules;
  const wish = {
    purpose: ACCESS_PURPOSE,
    key: request.id,
    subject: { request: request.id },
    channel,
    template,
    values: Object.fromEntries(values),
    by,
    person: person.id,
  };
  try {
    await parts.approvals.start(wish, AbortSignal.timeout(START_WITHIN_MS));
    return true;
  } catch (thrown) {
    const error = toGatewayError(thrown);
    if (error.failure.retry !== 'never') throw error;
    parts.log.error('access cannot be asked for by approval', { channel, code: error.code, error });
    return false;
  }
}

async function accountOn(
  { channel }: AccessApproval,
  { parts, person }: Pick<CommandContext, 'parts' | 'person'>,
): Promise<AccountId | undefined> {
  return (await parts.store.people.accounts(person.id)).find((one) => one.channel === channel)?.account;
}

function filled(text: string, words: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole);
}

/** Each of them once for each request. @returns false where nobody could be reached. */
async function tellAdministrators(
  { id: request }: AccessRequest,
  role: Role,
  { parts, person, event, lang }: CommandContext,
): Promise<boolean> {
  const pushes = createPushService(parts);
  const name = person.name ?? event.from.name ?? event.from.account;
  const words = { name, role: role.title ?? role.name, request, days: String(role.onRequestDays ?? 0) };
  const said = { title: say(lang, 'accessAskedTitle'), text: say(lang, 'accessAsked', words) };
  let told = false;
  for (const one of parts.access?.administrators ?? []) {
    const to = parsePushTo(one.replace('/', ':user:'));
    if (!to) continue;
    // By buttons where presses come back; the words are there in any case.
    const hasButtons = to.kind === 'user' && pusherOf(to.channel, parts)?.asks !== undefined;
    const content: PushContent = hasButtons
      ? { kind: 'question', ...said, choices: [], answers: answersIn(lang) }
      : { kind: 'markdown', ...said };
    const answers = hasButtons ? { answers: answersFor(request) } : {};
    try {
      await pushes.push({ key: `access ${request} to ${one}`, to: [to], content, lang, ...answers });
      told = true;
    } catch (thrown) {
      const error = toGatewayError(thrown);
      if (error.failure.retry !== 'never') throw error;
      parts.log.error('administrator not told of a request', { administrator: one, code: error.code, error });
    }
  }
  return told;
}
