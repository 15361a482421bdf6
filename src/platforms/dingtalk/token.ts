import { isFinal } from '../../core/errors.ts';
import type { TokenRules } from '../../lib/token-keeper.ts';
import { TOKEN_MARGIN_MS, TOKEN_PAUSE_MS } from './limits.ts';

/**
 * A token of the app. The new API and the old one have a keeper each: whether one takes the other's token is not promised.
 *
 * @see https://open.dingtalk.com/document/development/obtain-the-access-token-of-an-internal-app
 */
export const TOKEN_RULES: TokenRules = { marginMs: TOKEN_MARGIN_MS, pauseMs: TOKEN_PAUSE_MS, isFinal };
