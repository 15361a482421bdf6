import { AGENT_ENDPOINTS } from './app/api-agent.ts';
import { CARD_ENDPOINTS } from './app/api-cards.ts';
import { CHAT_ENDPOINTS } from './app/api-chats.ts';
import { CONTACT_ENDPOINTS } from './app/api-contacts.ts';
import { DIRECTORY_ENDPOINTS } from './app/api-directory.ts';
import { MEDIA_ENDPOINTS } from './app/api-media.ts';
import { SEND_ENDPOINTS } from './app/api-send.ts';
import { TOKEN_ENDPOINTS } from './app/api-token.ts';
import { RESPONSE_ENDPOINTS } from './bot/api-response.ts';
import type { Endpoint } from './call.ts';
import { KF_ACCOUNT_ENDPOINTS } from './kf/api-accounts.ts';
import { KF_MESSAGE_ENDPOINTS } from './kf/api-messages.ts';
import { KF_STATE_ENDPOINTS } from './kf/api-state.ts';
import { APPROVAL_ENDPOINTS } from './oa/api-approvals.ts';
import { ROBOT_ENDPOINTS } from './robot/api-webhook.ts';

/** Every endpoint there is. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...TOKEN_ENDPOINTS,
  ...SEND_ENDPOINTS,
  ...CARD_ENDPOINTS,
  ...CHAT_ENDPOINTS,
  ...MEDIA_ENDPOINTS,
  ...AGENT_ENDPOINTS,
  ...DIRECTORY_ENDPOINTS,
  ...CONTACT_ENDPOINTS,
  ...APPROVAL_ENDPOINTS,
  ...ROBOT_ENDPOINTS,
  ...RESPONSE_ENDPOINTS,
  ...KF_MESSAGE_ENDPOINTS,
  ...KF_STATE_ENDPOINTS,
  ...KF_ACCOUNT_ENDPOINTS,
];
