import type { Json } from '../../lib/read.ts';

/** A refusal of the new API: an HTTP status and a word. */
export class ApiRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly more: Json;

  constructor(status: number, code: string, message = code, more: Json = {}) {
    super(message);
    this.name = 'ApiRefusal';
    this.status = status;
    this.code = code;
    this.more = more;
  }
}

/** A refusal of the old API and of webhooks: HTTP 200 and a number in the body. */
export class OldRefusal extends Error {
  readonly code: number;
  readonly sub: { readonly code: string; readonly message: string } | undefined;

  constructor(code: number, message: string, sub?: { readonly code: string; readonly message: string }) {
    super(message);
    this.name = 'OldRefusal';
    this.code = code;
    this.sub = sub;
  }
}

export type Refusal = ApiRefusal | OldRefusal;

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof ApiRefusal || error instanceof OldRefusal;
}

const DENIED = 'Forbidden.AccessDenied';

export function tooFast(isOld: boolean): Refusal {
  if (isOld) return new OldRefusal(90018, 'the app calls this API too often');
  return new ApiRefusal(403, `${DENIED}.QpsLimitForAppkeyAndApi`, 'the app calls this API too often');
}

/** The month's calls are used up. Its HTTP status is not documented; 403 like its neighbours. */
export function usedUp(isOld: boolean): Refusal {
  if (isOld) return new OldRefusal(90020, 'the calls of this month are used up');
  return new ApiRefusal(403, `${DENIED}.ApiCountLimitForOrg`, 'the calls of this month are used up');
}

export function denied(scope: string): ApiRefusal {
  return new ApiRefusal(403, `${DENIED}.AccessTokenPermissionDenied`, `no permission: ${scope}`, {
    accessdenieddetail: { requiredScopes: [scope] },
  });
}

export function notWhitelisted(isOld: boolean): Refusal {
  if (isOld)
    return new OldRefusal(88, 'access denied', { code: '60020', message: 'the address is not in the whitelist' });
  return new ApiRefusal(403, `${DENIED}.IpNotInWhiteList`, 'the address is not in the whitelist');
}

export function badToken(isOld: boolean, why: 'missing' | 'unknown' | 'expired'): Refusal {
  if (isOld) {
    const code = why === 'expired' ? 42001 : 40014;
    return new OldRefusal(code, why === 'expired' ? 'the access_token has expired' : 'invalid access_token');
  }
  if (why === 'missing') return new ApiRefusal(401, 'Unauthorized', 'no access token');
  return new ApiRefusal(400, 'InvalidAuthentication', 'the access token is unknown or has expired');
}

export function badCredentials(): ApiRefusal {
  return new ApiRefusal(400, 'invalidClientIdOrSecret', 'unknown clientId or wrong clientSecret');
}

/** A refusal with a word or number of the caller's choice. */
export function refusalOnDemand(isOld: boolean, code: string | number | undefined, status = 400): Refusal {
  if (isOld) return new OldRefusal(Number(code ?? -1), 'refused on demand');
  return new ApiRefusal(status, String(code ?? 'system.error'), 'refused on demand');
}
