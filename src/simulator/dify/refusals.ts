/** An answer that is not the one asked for; thrown by whoever finds out, written by the router. */
export class Refusal extends Error {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;

  constructor(status: number, contentType: string, body: string) {
    super(`${status} ${body.slice(0, 80)}`);
    this.name = 'Refusal';
    this.status = status;
    this.contentType = contentType;
    this.body = body;
  }
}

/** Dify's own error body. */
export function refusal(status: number, code: string, message: string, params?: string): Refusal {
  const body = { code, message, status, ...(params === undefined ? {} : { params }) };
  return new Refusal(status, 'application/json', JSON.stringify(body));
}

export const invalidParam = (message: string, params?: string): Refusal =>
  refusal(400, 'invalid_param', message, params);
export const badRequest = (message: string): Refusal => refusal(400, 'bad_request', message);
export const notFound = (message: string): Refusal => refusal(404, 'not_found', message);

/** What the body validator of the newer endpoints writes: many lines, of no use to a person. */
export function validatorDump(model: string, field: string, problem: string): Refusal {
  return invalidParam(`1 validation error for ${model}\n${field}\n  ${problem} [type=invalid, input_type=dict]`);
}

const REASONS: Readonly<Record<number, string>> = {
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
  524: 'A timeout occurred',
};

/** What a reverse proxy in front of Dify answers: HTML, and nothing of Dify's. */
export function page(status: number): Refusal {
  const title = `${status} ${REASONS[status] ?? 'Error'}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr>\r\n</body>\r\n</html>\r\n`;
  return new Refusal(status, 'text/html', body);
}

/** The edge of Dify Cloud when one address asks too much: HTML with a 429. */
export function edgePage(): Refusal {
  const body =
    '<!DOCTYPE html>\n<html><head><title>Access denied | Error 1015</title></head>\n<body><h1>Error 1015</h1><p>You are being rate limited.</p></body></html>\n';
  return new Refusal(429, 'text/html; charset=UTF-8', body);
}

/** The app's own cap on runs at one time. */
export function tooManyRequests(appId: string, cap: number): Refusal {
  const text = `Too many requests. Please try again later. The current maximum concurrent requests allowed for ${appId} is ${cap}.`;
  return refusal(429, 'too_many_requests', text);
}

/** The quota of a Cloud plan. */
export function overQuota(): Refusal {
  return refusal(429, 'rate_limit_error', 'Rate limit exceeded: the daily quota of workflow runs is used up.');
}
