import type { AccessRequest, AccessRules } from '../../core/access.ts';
import type { AccountId, ChannelName } from '../../core/ids.ts';
import type { Lang } from '../../core/lang.ts';
import type { AnswerButton, PushPurpose } from '../../core/push-question.ts';
import { say } from '../../core/text.ts';
import type { PipelineParts } from '../parts.ts';
import { createPushService } from '../push.ts';
import { ACCESS_PURPOSE, decideAccess } from './decide.ts';

type Outcome = Exclude<AccessRequest['state'], 'asked'>;

/** The buttons under a request. */
export function answersIn(lang: Lang): readonly AnswerButton[] {
  const button = (id: Outcome, text: 'accessGrant' | 'accessRefuse') => ({ id, text: say(lang, text) });
  return [button('approved', 'accessGrant'), button('refused', 'accessRefuse')];
}

/** What is remembered of a request that an administrator answers by a button. */
export function answersFor(request: string) {
  return { purpose: ACCESS_PURPOSE, subject: { request } };
}

/** Whether an account may decide, by the settings as they are now. */
export function mayDecide(access: AccessRules | undefined, channel: ChannelName, account: AccountId): boolean {
  return access?.administrators.includes(`${channel}/${account}`) === true;
}

/** An administrator decides a request by a button; when somebody was quicker she is told. */
export function accessAnswers(parts: () => PipelineParts): PushPurpose {
  return {
    name: ACCESS_PURPOSE,
    async answered({ subject, answer }) {
      const { access, store } = parts();
      const { channel, account, button } = answer;
      const { request } = subject as { readonly request: string };
      // Who was one when it was asked may be none any more.
      if (!mayDecide(access, channel, account)) return;
      const by = await store.people.find(channel, account);
      const outcome: Outcome = button === 'approved' ? 'approved' : 'refused';
      const decided = await decideAccess(request, outcome, by?.id ?? `${channel}/${account}`, parts());
      if (decided === undefined || decided.state === outcome) return;
      const { lang } = decided.contact;
      await createPushService(parts()).push({
        key: `access ${request} decided before ${channel}/${account}`,
        to: [{ kind: 'user', channel, id: account }],
        content: { kind: 'markdown', text: say(lang, 'accessDecidedBefore', { request }) },
        lang,
      });
    },
  };
}
