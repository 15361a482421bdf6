import type { Call } from './call.ts';
import { edgePage, overQuota, page, type Refusal, refusal, tooManyRequests } from './refusals.ts';
import type { ScenarioName } from './scenarios.ts';

/** Scenarios that are over before there is a run: HTTP errors in all their forms. */
const EARLY: Partial<Record<ScenarioName, (call: Call) => Refusal>> = {
  busy: ({ app }) => tooManyRequests(app.id, app.maxActive ?? 1),
  quota: () => overQuota(),
  edge: () => edgePage(),
  'html-502': () => page(502),
  'html-504': () => page(504),
  'html-524': () => page(524),
  'server-error': () => refusal(500, 'internal_server_error', 'Internal Server Error'),
  'no-quota': () =>
    refusal(
      400,
      'provider_quota_exceeded',
      'Your quota for the hosted model provider has been exhausted. Please complete your own provider credentials.',
    ),
  completed: () =>
    refusal(400, 'conversation_completed', 'The conversation has ended. Please start a new conversation.'),
};

export function earlyRefusal(name: ScenarioName, call: Call): Refusal | undefined {
  return EARLY[name]?.(call);
}
