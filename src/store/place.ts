/** Whether several processes may work on the store of this `DATABASE_URL` at once. */
export function isPostgres(databaseUrl: string): boolean {
  return /^postgres(ql)?:/.test(databaseUrl);
}

/** A store's place for eyes and logs: without user and password. */
export function placeName(databaseUrl: string): string {
  if (!isPostgres(databaseUrl) || !URL.canParse(databaseUrl)) return databaseUrl;
  const { hostname, port, pathname, searchParams } = new URL(databaseUrl);
  const host = searchParams.get('host') ?? hostname;
  return `postgres://${host}${port === '' ? '' : `:${port}`}${pathname}`;
}
