/**
 * Whether an address is reached directly, as `NO_PROXY` has it: `*`, a host and what is below it, `*.host` for what is below it alone, each
 * with a port or without.
 */
export function isExempt(url: URL, noProxy: string | undefined): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const host = plain(url.hostname);
  return (noProxy ?? '').split(/[,\s]+/).some((entry) => entry !== '' && matches(entry, host, port));
}

function matches(entry: string, host: string, port: string): boolean {
  const [, name = entry, wanted] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  if (wanted !== undefined && wanted !== port) return false;
  if (name === '*') return true;
  const isBelowOnly = name.startsWith('*');
  const above = plain(name.replace(/^\*?\./, ''));
  return (!isBelowOnly && host === above) || host.endsWith(`.${above}`);
}

function plain(host: string): string {
  return host
    .replace(/^\[(.+)\]$/, '$1')
    .replace(/(.)\.$/, '$1')
    .toLowerCase();
}
