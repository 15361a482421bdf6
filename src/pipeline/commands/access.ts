import type { Role } from '../../core/rights.ts';
import { say } from '../../core/text.ts';
import { mayDecide } from '../access/answer.ts';
import { askForAccess } from '../access/ask.ts';
import { decideAccess } from '../access/decide.ts';
import { askerAt, standingOf } from '../route.ts';
import type { Command, CommandContext } from './command.ts';

/** Lists what one may ask for, and asks for it. */
export const access: Command = {
  name: 'access',
  aliases: ['申请权限', '权限申请', '权限'],
  summary: { zh: say('zh', 'helpAccess'), en: say('en', 'helpAccess') },
  urgent: false,
  takesWords: true,
  async run(context) {
    const { event, lang, argument } = context;
    if (event.to.kind === 'group') return say(lang, 'onlyDirect', { command: 'access' });
    const { mine, others } = await rolesFor(context);
    const wanted = find(others, argument);
    if (wanted) return SENTENCES[await askForAccess(context, wanted)](context, wanted);
    const had = find(mine, argument);
    if (had) return say(lang, 'accessHad', { role: nameOf(had) });
    return list(others, context);
  },
};

const SENTENCES = {
  approval: ({ lang }: CommandContext, role: Role) => say(lang, 'accessByApproval', { role: nameOf(role) }),
  administrators: ({ lang }: CommandContext, role: Role) => say(lang, 'accessByAdmin', { role: nameOf(role) }),
  nobody: ({ lang }: CommandContext, role: Role) => say(lang, 'accessByNobody', { role: nameOf(role) }),
};

/** The roles she has, and those that she could ask for. */
async function rolesFor({ parts, person, event }: CommandContext) {
  const book = await parts.rights.book();
  const asker = askerAt({ person, to: event.to }, await standingOf(parts, person), parts);
  const mine = book.rolesOf(asker, parts.clock.now());
  const others = asker.left ? [] : book.onRequest.filter((role) => !mine.includes(role));
  return { mine, others };
}

function find(roles: readonly Role[], wish: string): Role | undefined {
  const wanted = small(wish);
  return wanted === ''
    ? undefined
    : roles.find(({ name, title }) => small(name) === wanted || small(title ?? '') === wanted);
}

function small(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}

function nameOf({ name, title }: Role): string {
  return title ?? name;
}

function list(roles: readonly Role[], { lang }: CommandContext): string {
  if (roles.length === 0) return say(lang, 'accessNothing');
  const lines = roles.map(({ name, title, onRequestDays }) => {
    const days = say(lang, 'accessDays', { days: String(onRequestDays ?? 0) });
    return `- \`/access ${name}\` ${title ?? ''} (${days})`;
  });
  return [say(lang, 'accessTitle'), lines.join('\n')].join('\n\n');
}

/** An administrator grants a request by its code. */
export const grantAccess = decision('grant', ['批准'], 'approved');
/** An administrator refuses it. */
export const refuseAccess = decision('refuse', ['拒绝'], 'refused');

function decision(name: string, aliases: readonly string[], outcome: 'approved' | 'refused'): Command {
  const help = outcome === 'approved' ? 'helpGrant' : 'helpRefuse';
  return {
    name,
    aliases,
    summary: { zh: say('zh', help), en: say('en', help) },
    urgent: false,
    takesWords: true,
    hidden: true,
    async run({ parts, person, event, lang, channel, argument }) {
      if (!mayDecide(parts.access, channel, event.from.account)) return say(lang, 'accessNotYours');
      const decided = await decideAccess(argument.trim().toUpperCase(), outcome, person.id, parts);
      if (!decided) return say(lang, 'accessUnknown');
      const words = { request: decided.id, role: decided.role };
      if (decided.state !== outcome) return say(lang, 'accessDecidedBefore', words);
      return say(lang, outcome === 'approved' ? 'accessGranted' : 'accessTurnedDown', words);
    },
  };
}
