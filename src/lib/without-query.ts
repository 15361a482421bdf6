/** An address without what follows its `?`: tickets, keys and signatures, which do not belong into a log and do not tell one file from another. */
export function withoutQuery(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
