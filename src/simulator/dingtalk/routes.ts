import { CARD_ENDPOINTS } from './api-cards.ts';
import { DIRECTORY_ENDPOINTS } from './api-directory.ts';
import { FILE_ENDPOINTS } from './api-files.ts';
import { RECALL_ENDPOINTS } from './api-recall.ts';
import { ROBOT_ENDPOINTS } from './api-robot.ts';
import { SESSION_ENDPOINTS } from './api-session.ts';
import { STREAM_ENDPOINTS } from './api-stream.ts';
import { TOKEN_ENDPOINTS } from './api-token.ts';
import { APPROVAL_ENDPOINTS } from './approvals/api-approvals.ts';
import type { Endpoint } from './call.ts';
import { GROUP_ROBOT_ENDPOINTS } from './group-robot/api-send.ts';
import { NOTICE_ENDPOINTS } from './notices/api-notices.ts';

/** Every endpoint there is. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...TOKEN_ENDPOINTS,
  ...STREAM_ENDPOINTS,
  ...SESSION_ENDPOINTS,
  ...ROBOT_ENDPOINTS,
  ...RECALL_ENDPOINTS,
  ...FILE_ENDPOINTS,
  ...CARD_ENDPOINTS,
  ...GROUP_ROBOT_ENDPOINTS,
  ...NOTICE_ENDPOINTS,
  ...DIRECTORY_ENDPOINTS,
  ...APPROVAL_ENDPOINTS,
];

const plain = new Map(ENDPOINTS.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]));
const patterns = ENDPOINTS.filter(({ path }) => path.includes('*')).map((endpoint) => ({
  endpoint,
  pattern: new RegExp(`^${endpoint.path.replaceAll('*', '([^/]+)')}$`),
}));

export function findEndpoint(
  method: string,
  path: string,
): { readonly endpoint: Endpoint; readonly params: readonly string[] } | undefined {
  const exact = plain.get(`${method} ${path}`);
  if (exact !== undefined) return { endpoint: exact, params: [] };
  for (const { endpoint, pattern } of patterns) {
    const found = endpoint.method === method ? pattern.exec(path) : null;
    if (found !== null) return { endpoint, params: found.slice(1) };
  }
  return undefined;
}
