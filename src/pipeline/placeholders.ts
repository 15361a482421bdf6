import type { PersonId, SessionId } from '../core/ids.ts';
import type { Lang } from '../core/lang.ts';
import { PERSONAL_KINDS, type PersonalKind } from '../core/personal-data.ts';
import type { KnownPlaceholders, Placeholder } from '../core/placeholder-store.ts';
import { say } from '../core/text.ts';
import type { Guard, PersonalFind } from '../guard/guard.ts';
import { starOut, type TextForm } from '../guard/hide.ts';
import { nameOfPlaceholder, type Restorer } from '../guard/restore.ts';
import { sameValue } from '../guard/same-value.ts';
import { countFound, inGuard, outGuard } from './guarding.ts';
import type { PipelineParts } from './parts.ts';
import type { Question } from './question.ts';
import type { TurnContext } from './turn-context.ts';

type Asked = Extract<Question, { kind: 'ask' }>;

/** How often somebody else may take the numbers that we were about to take. */
const MOST_TRIES = 5;

/**
 * Learns what the placeholders of this dialogue stand for, as far as the person who asks may read it: what she gave herself, in her own chat.
 * In a group others read along, so a placeholder stays one.
 */
export async function learnPlaceholders(context: TurnContext, restorer: Restorer, parts: PipelineParts): Promise<void> {
  if (!mayRead(context) || inGuard(context.turn.to, parts, context.agent.name).isOpen) return;
  const { mine } = await parts.store.placeholders.of(context.session.id, context.person.id);
  teach(mine, context, restorer, parts);
}

/** Accounts may have been parted since the question was asked: what one person gave is not for the other. */
function mayRead({ turn, person }: TurnContext): boolean {
  return turn.to.kind === 'direct' && turn.person === person.id;
}

function teach(known: readonly Placeholder[], context: TurnContext, restorer: Restorer, parts: PipelineParts): void {
  // What an agent had suggested is shown as it would be if the agent said it.
  const guard = outGuard(context.turn.to, parts, context.agent.name);
  restorer.add(known.map((one) => (one.own ? one : { ...one, value: guard.mask(one.value).text })));
}

/**
 * A question without the personal data that its agent must not have.
 *
 * @param restorer - Learns what the answer's placeholders stand for, where the person may read it.
 * @returns A sentence instead, when it must not be asked as it is.
 */
export async function protectQuestion(
  question: Asked,
  context: TurnContext,
  restorer: Restorer,
  parts: PipelineParts,
): Promise<Question> {
  const { agent, turn, lang } = context;
  const guard = inGuard(turn.to, parts, agent.name);
  if (guard.isOpen) return question;
  const texts = [question.text, ...question.files.map(({ name }) => name)].map((text) => search(text, guard));
  const finds = texts.flatMap((text) => text.finds);
  if (finds.length === 0) return question;

  const found = countKinds(finds);
  countFound('in', found, parts.metrics);
  const blocked = [...new Set(finds.filter(({ policy }) => policy === 'block').map(({ kind }) => kind))];
  parts.log.info('personal data kept from the agent', { turn: turn.id, kinds: found, asked: blocked.length === 0 });
  if (blocked.length > 0) {
    const kinds = blocked.map((kind) => kindName(kind, lang)).join(lang === 'zh' ? '、' : ', ');
    return { kind: 'unreadable', sentence: say(lang, 'personalBlocked', { kinds }) };
  }
  const names = await namesFor(finds, context, restorer, parts);
  const [text = '', ...files] = texts.map((one, index) => replaced(one, names, index === 0 ? 'plain' : 'name'));
  return { ...question, text, files: question.files.map((file, index) => ({ ...file, name: files[index] ?? '' })) };
}

interface Searched {
  readonly text: string;
  readonly finds: readonly PersonalFind[];
}

function search(text: string, guard: Guard): Searched {
  return { text, finds: guard.finds(text).map((find) => withPlus(find, text)) };
}

/** With the plus sign of a country's code: it would be left alone in front of the placeholder. */
function withPlus(find: PersonalFind, text: string): PersonalFind {
  const before = text[find.start - 1];
  if (before !== '+' && before !== '＋') return find;
  return { ...find, start: find.start - 1, value: before + find.value };
}

function countKinds(finds: readonly PersonalFind[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { kind } of finds) found[kind] = (found[kind] ?? 0) + 1;
  return found;
}

function kindName(kind: string, lang: Lang): string {
  return kind in PERSONAL_KINDS ? PERSONAL_KINDS[kind as PersonalKind][lang] : kind;
}

/** What stands for each value, by {@link sameValue}. */
type Names = ReadonlyMap<string, string>;

function replaced({ text, finds }: Searched, names: Names, form: TextForm): string {
  let out = '';
  let from = 0;
  for (const { kind, value, policy, start, end } of finds) {
    const hidden = starOut(kind, value, form);
    out +=
      text.slice(from, start) + (policy === 'placeholder' ? (names.get(sameValue(kind, value)) ?? hidden) : hidden);
    from = end;
  }
  return out + text.slice(from);
}

/** A value has one name in a dialogue, for each person who gives it; who gives it for the first time takes the next number. */
async function namesFor(
  finds: readonly PersonalFind[],
  context: TurnContext,
  restorer: Restorer,
  parts: PipelineParts,
): Promise<Names> {
  const wanted = finds.filter(({ policy }) => policy === 'placeholder');
  if (wanted.length === 0) return new Map();
  const { session, person } = context;
  const own = context.row.event.suggested !== true;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { mine, added } = await assign(wanted, own, context, parts);
    if (!(await keep(session.id, person.id, added, parts))) continue;
    const all = [...mine, ...added];
    if (mayRead(context)) teach(all, context, restorer, parts);
    const usable = all.filter((one) => one.own === own);
    return new Map(usable.map((one) => [sameValue(one.kind, one.value), nameOfPlaceholder(one, one.lang)]));
  }
  throw new Error(`the placeholders of session ${session.id} were taken ${MOST_TRIES} times`);
}

function keep(session: SessionId, person: PersonId, added: readonly Placeholder[], { store, clock }: PipelineParts) {
  return store.placeholders.keep(session, person, added, clock.now());
}

async function assign(
  wanted: readonly PersonalFind[],
  own: boolean,
  { session, person, lang }: TurnContext,
  { store }: PipelineParts,
): Promise<{ readonly mine: KnownPlaceholders['mine']; readonly added: readonly Placeholder[] }> {
  const { mine, last } = await store.placeholders.of(session.id, person.id);
  const known = new Set(mine.filter((one) => one.own === own).map(({ kind, value }) => sameValue(kind, value)));
  const next = new Map(last);
  const added: Placeholder[] = [];
  for (const { kind, value } of wanted) {
    const same = sameValue(kind, value);
    if (known.has(same)) continue;
    known.add(same);
    const number = (next.get(kind) ?? 0) + 1;
    next.set(kind, number);
    added.push({ kind, number, lang, own, value });
  }
  return { mine, added };
}
