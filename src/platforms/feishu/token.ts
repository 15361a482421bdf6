import type { TokenRules } from '../../lib/token-keeper.ts';

/**
 * The app's token. The vendor hands out a new one when less than 30 minutes of the old one are left, and both work until their end. So from
 * ten minutes before the end a new one is fetched while the old one is used, and only in the last minute do callers wait for it.
 *
 * @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 */
export const TOKEN_RULES: TokenRules = { marginMs: 60_000, earlyMs: 10 * 60_000 };
