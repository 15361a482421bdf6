import { fileOf, isPostgres } from './place.ts';
import { lookAtFile } from './sqlite/look.ts';

/**
 * Looks whether a gateway could work on the store of a `DATABASE_URL`, and changes nothing there. A store that is not made yet, or of
 * an older version, is no fault: the start makes it.
 * @throws {GatewayError} what is in the way.
 */
export async function lookAtStore(databaseUrl: string): Promise<void> {
  if (!isPostgres(databaseUrl)) return lookAtFile(fileOf(databaseUrl));
  // Loaded only where it is used, as the engine is.
  const { lookAtDatabase } = await import('./postgres/look.ts');
  await lookAtDatabase(databaseUrl);
}
