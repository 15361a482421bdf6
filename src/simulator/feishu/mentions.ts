import type { Accounts } from './accounts.ts';
import type { FeishuApp } from './apps.ts';
import { FeishuRefusal } from './errors.ts';
import type { Mention } from './model.ts';

/** Text with `<at user_id="…">` as a bot sends it, to text with placeholders as everybody gets it. */
export function readBotMentions(
  text: string,
  app: FeishuApp,
  accounts: Accounts,
): { readonly text: string; readonly mentions: readonly Mention[] } {
  if (!text.includes('<at ')) return { text, mentions: [] };
  const mentions: Mention[] = [];
  const placed = text.replaceAll(/<at user_id="([^"]*)">([^<]*)<\/at>/g, (_whole, id: string, name: string) => {
    const mention = mentionOf(id, name, mentions.length + 1, app, accounts);
    mentions.push(mention);
    return mention.key;
  });
  return { text: placed, mentions };
}

function mentionOf(id: string, name: string, place: number, app: FeishuApp, accounts: Accounts): Mention {
  if (id === 'all') return { key: '@_all', name: '所有人', who: { kind: 'all' } };
  const key = `@_user_${place}`;
  if (id === app.botId) return { key, name: app.name, who: { kind: 'app', app } };
  const kind = id.startsWith('on_') ? 'union_id' : id.startsWith('ou_') ? 'open_id' : 'user_id';
  const person = accounts.find(id, kind, app);
  if (person === 'foreign') throw new FeishuRefusal(99992361);
  if (person === undefined) throw new FeishuRefusal(230001, `invalid at user: ${id}`);
  return { key, name: name === '' ? person.name : name, who: { kind: 'person', person: person.id } };
}

/** The three ids of somebody who is mentioned, as this app's events show them; none for "everybody". */
export function mentionIds(mention: Mention, app: FeishuApp, accounts: Accounts): Record<string, string> | undefined {
  const { who } = mention;
  if (who.kind === 'person') return { ...accounts.ids(who.person, app) };
  if (who.kind === 'app') return { open_id: who.app.botId, union_id: `on_${who.app.botId.slice(3)}`, user_id: '' };
  return undefined;
}
