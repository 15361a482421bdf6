import type { AccessRequest } from '../../core/access.ts';
import type { Approval, ApprovalPurpose } from '../../core/approvals.ts';
import { type EventKey, id } from '../../core/ids.ts';
import { eventSendKey } from '../../core/keys.ts';
import { say } from '../../core/text.ts';
import { shownTime } from '../../rights/quotas.ts';
import { noticeRow } from '../notice.ts';
import type { PipelineParts } from '../parts.ts';

/** What approvals are started for when somebody asks for access. */
export const ACCESS_PURPOSE = 'role-request';

const DAY_MS = 24 * 60 * 60_000;

type Parts = Pick<PipelineParts, 'store' | 'rights' | 'clock' | 'guards' | 'platforms' | 'metrics' | 'wake'>;

/**
 * Grants or refuses, and tells whoever asked. Safe to run twice: the first decision stays, the role is granted once, and she is told once.
 *
 * @returns How the request stands now, which may be what somebody else has decided; undefined when there is none.
 */
export async function decideAccess(
  request: string,
  outcome: 'approved' | 'refused',
  by: string,
  parts: Parts,
): Promise<AccessRequest | undefined> {
  const { store, clock, rights } = parts;
  const decided = await store.access.decide(request, outcome, by, clock.now());
  if (!decided || decided.state !== outcome) return decided;
  const key = `access ${decided.id}`;
  if (outcome === 'refused') {
    await store.rights.revoke(key);
  } else {
    const until = await endOf(decided, parts);
    const { person, role } = decided;
    await store.rights.grant({ role, to: `person:${person}`, until }, key, by, clock.now());
  }
  rights.changed();
  await tell(decided, parts);
  return decided;
}

/** As long as the role may be had on request, from the moment of the decision. */
async function endOf({ role, decidedAt = 0 }: AccessRequest, { rights }: Parts): Promise<number> {
  const days = (await rights.book()).role(role)?.onRequestDays ?? 0;
  return decidedAt + days * DAY_MS;
}

async function tell(request: AccessRequest, parts: Parts): Promise<void> {
  const { contact, state, role } = request;
  const { lane, to, lang } = contact;
  const title = (await parts.rights.book()).role(role)?.title ?? role;
  const words = { role: title, until: shownTime(await endOf(request, parts)) };
  const text = say(lang, state === 'approved' ? 'accessApproved' : 'accessRefused', words);
  const key = eventSendKey({ key: id<EventKey>(`access:${request.id}`), to }, state);
  await parts.store.outbox.put([noticeRow({ lane, to, lang, text, key }, parts)], parts.clock.now());
  parts.wake(lane);
}

/** An approval at a vendor decides a request; one that is taken back, or ended by anybody, refuses it. */
export function accessPurpose(parts: () => Parts): ApprovalPurpose {
  return {
    name: ACCESS_PURPOSE,
    async decided({ subject, state, decisions }: Approval) {
      const { request } = subject as { readonly request: string };
      const by = decisions.at(-1)?.by ?? 'approval';
      await decideAccess(request, state === 'approved' ? 'approved' : 'refused', by, parts());
    },
  };
}
