import type { GroupScope } from '../../core/lane.ts';
import { say, type TextKey } from '../../core/text.ts';
import { mayDecide } from '../access/answer.ts';
import type { Command, CommandContext } from './command.ts';

const WORDS: ReadonlyMap<string, GroupScope | 'auto'> = new Map([
  ['member', 'member'],
  ['members', 'member'],
  ['成员', 'member'],
  ['topic', 'topic'],
  ['topics', 'topic'],
  ['话题', 'topic'],
  ['group', 'group'],
  ['群', 'group'],
  ['全群', 'group'],
  ['auto', 'auto'],
  ['default', 'auto'],
  ['默认', 'auto'],
]);

const SENTENCES = { member: 'scopeMember', topic: 'scopeTopic', group: 'scopeGroup' } satisfies Record<
  GroupScope,
  TextKey
>;

/** A vendor who takes longer to tell the owner is as good as one who does not. */
const OWNER_WITHIN_MS = 3_000;

/** Shows who shares a conversation in a group; the group's owner, or an administrator, chooses. For messages that come afterwards. */
export const chooseScope: Command = {
  name: 'scope',
  aliases: ['范围', '对话范围'],
  summary: { zh: say('zh', 'helpScope'), en: say('en', 'helpScope') },
  urgent: false,
  takesWords: true,
  async run(context) {
    const { parts, event, lang, argument } = context;
    if (event.to.kind !== 'group') return say(lang, 'scopeOnlyGroup');
    if (argument === '') return tell(context, 'scopeUsage');
    const wanted = WORDS.get(argument.normalize('NFKC').toLowerCase());
    if (wanted === undefined) return tell(context, 'scopeUsage');
    if (!(await mayChoose(context))) return tell(context, 'scopeNotYours');
    await parts.scopes.choose(event.to, wanted === 'auto' ? undefined : wanted, context.person.id);
    return tell(context, 'scopeChosen');
  },
};

/** How it is now, and what there is to say or do. */
function tell({ parts, event, lang }: CommandContext, key: 'scopeUsage' | 'scopeNotYours' | 'scopeChosen'): string {
  return `${say(lang, SENTENCES[parts.scopes.of(event.to)])}\n\n${say(lang, key)}`;
}

async function mayChoose(context: CommandContext): Promise<boolean> {
  return isAdministrator(context) || (await isOwner(context));
}

function isAdministrator({ parts, person, channel, event }: CommandContext): boolean {
  if (mayDecide(parts.access, channel, event.from.account)) return true;
  return (parts.options.administrators ?? []).some((one) =>
    one.kind === 'person'
      ? one.person === person.id
      : one.kind === 'user' && one.channel === channel && one.id === event.from.account,
  );
}

/** Whom the vendor tells; where it does not, or cannot right now, it is nobody. */
async function isOwner({ parts, channel, event }: CommandContext): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(OWNER_WITHIN_MS);
    return (await parts.platforms.get(channel)?.chatOwner?.(event.to.chat, signal)) === event.from.account;
  } catch (error) {
    parts.log.warn('group owner not learned', { channel, error });
    return false;
  }
}
