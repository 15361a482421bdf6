import { AUTH_ENDPOINTS } from './api-auth.ts';
import { CARDKIT_ENDPOINTS } from './api-cardkit.ts';
import { CONTACT_ENDPOINTS } from './api-contacts.ts';
import { DELAY_UPDATE_ENDPOINTS } from './api-delay-update.ts';
import { DIRECTORY_ENDPOINTS } from './api-directory.ts';
import { MESSAGE_ENDPOINTS } from './api-messages.ts';
import { READING_ENDPOINTS } from './api-reading.ts';
import { RESOURCE_ENDPOINTS } from './api-resources.ts';
import { APPROVAL_ENDPOINTS } from './approvals/api-approvals.ts';
import type { Endpoint } from './call.ts';
import { HOOK_ENDPOINTS } from './hook/api-hook.ts';

export const ENDPOINTS: readonly Endpoint[] = [
  ...AUTH_ENDPOINTS,
  ...MESSAGE_ENDPOINTS,
  ...READING_ENDPOINTS,
  ...RESOURCE_ENDPOINTS,
  ...DIRECTORY_ENDPOINTS,
  ...CONTACT_ENDPOINTS,
  ...CARDKIT_ENDPOINTS,
  ...DELAY_UPDATE_ENDPOINTS,
  ...APPROVAL_ENDPOINTS,
  ...HOOK_ENDPOINTS,
];

interface Branch {
  readonly fixed: Map<string, Branch>;
  variable: Branch | undefined;
  readonly endpoints: Map<string, Endpoint>;
}

export interface Route {
  readonly endpoint: Endpoint;
  /** The variable parts of the path, in their order. */
  readonly path: readonly string[];
}

function branch(): Branch {
  return { fixed: new Map(), variable: undefined, endpoints: new Map() };
}

/** Finds the endpoint of a request; a fixed part of a path goes before a variable one. */
export function createRouter(
  endpoints: readonly Endpoint[] = ENDPOINTS,
): (method: string, path: string) => Route | undefined {
  const root = branch();
  for (const endpoint of endpoints) {
    let at = root;
    for (const part of endpoint.path.split('/').slice(1)) at = grow(at, part);
    at.endpoints.set(endpoint.method, endpoint);
  }
  return (method, path) => {
    const variables: string[] = [];
    let at: Branch | undefined = root;
    for (const part of path.split('/').slice(1)) {
      const next: Branch | undefined = at.fixed.get(part);
      if (next === undefined) variables.push(decodeURIComponent(part));
      at = next ?? at.variable;
      if (at === undefined) return undefined;
    }
    const endpoint = at.endpoints.get(method);
    return endpoint === undefined ? undefined : { endpoint, path: variables };
  };
}

function grow(at: Branch, part: string): Branch {
  if (part.startsWith(':')) {
    at.variable ??= branch();
    return at.variable;
  }
  const next = at.fixed.get(part) ?? branch();
  at.fixed.set(part, next);
  return next;
}
