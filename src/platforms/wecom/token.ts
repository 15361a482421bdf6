import { isFinal } from '../../core/errors.ts';
import type { TokenRules } from '../../lib/token-keeper.ts';
import { TOKEN_MARGIN_MS, TOKEN_PAUSE_MS } from './limits.ts';

/**
 * The access_token of one secret. Until its end the vendor hands out the same token again, so asking for a new one early is of no use.
 * After a refusal nobody asks for a while: an address that repeats a wrong secret is locked out for an hour.
 *
 * @see https://developer.work.weixin.qq.com/document/path/91039
 */
export const TOKEN_RULES: TokenRules = { marginMs: TOKEN_MARGIN_MS, pauseMs: TOKEN_PAUSE_MS, isFinal };
