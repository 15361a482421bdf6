import type { FeishuApprovalDefinition } from './approvals/approvals.ts';
import type { FeishuAppOptions } from './apps.ts';
import type { NewFeishuGroup } from './chats.ts';
import type { FeishuLimits } from './limits.ts';
import type { SocketOptions } from './socket-hub.ts';

export interface FeishuOptions {
  /** Default: one app that receives by webhook and has no address yet. */
  readonly apps?: readonly FeishuAppOptions[];
  /** Groups that are there from the start; their bots by app id, or by place in `apps`. */
  readonly groups?: readonly (Omit<NewFeishuGroup, 'bots'> & { readonly bots?: readonly (string | number)[] })[];
  /** Approval definitions; default: one for access, which 王敏 decides. */
  readonly approvals?: readonly FeishuApprovalDefinition[];
  readonly limits?: Partial<FeishuLimits>;
  /** Whether the vendor's rate limits are kept; default true. Off for load tests. */
  readonly rateLimits?: boolean;
  /** Whether missing rights are refused; default true. */
  readonly scopes?: boolean;
  readonly socket?: Partial<SocketOptions>;
  /** Most messages, card entities and deliveries in memory; default: all. */
  readonly keep?: number;
  /** Whether each update of a card is kept with its content; default true. */
  readonly keepHistory?: boolean;
  /** Most connections to one webhook address; default 128. */
  readonly webhookConnections?: number;
}
