import type { IncomingMessage } from 'node:http';

const OWN_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Whether a request to the control API comes from this page or from a program, and not from another site that the
 * browser has open: that site's own name would stand in `Origin`, or, after rebinding its name, in `Host`.
 */
export function mayControl(request: IncomingMessage): boolean {
  const { host = '', origin } = request.headers;
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host && isOwn(host, request);
  return isOwn(host, request);
}

/** When it listens on more than the loopback, whoever started it wanted other names too. */
function isOwn(host: string, request: IncomingMessage): boolean {
  const name = host.replace(/:\d+$/, '');
  return OWN_NAMES.has(name) || name === request.socket.localAddress;
}
