import { Client } from 'pg';
import { WordedError } from '../../core/errors.ts';
import { placeName } from '../place.ts';
import { driverAddress } from './address.ts';
import { TYPES } from './connection.ts';
import { readPgError } from './failures.ts';
import { expectUtf8, missing } from './schema.ts';

const PATIENCE_MS = 10_000;
/** The oldest server that understands all that is asked of it. */
const OLDEST = 13;

/** @throws {GatewayError} `config_invalid` or `store_unavailable`: why no gateway could work on this database. */
export async function lookAtDatabase(url: string): Promise<void> {
  const client = new Client({
    connectionString: driverAddress(url),
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    application_name: 'posthouse check',
    types: TYPES,
  });
  // What breaks the connection is told by whatever is asked over it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await expectUtf8(client);
    await expectFit(client);
  } catch (error) {
    throw readPgError(error, placeName(url));
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function expectFit(client: Client): Promise<void> {
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int / 10000 as version, current_setting('synchronous_commit') as commits,
       coalesce(has_schema_privilege(current_schema(), 'create'), false) as creates`,
  );
  const [has] = rows as readonly { version: number; commits: string; creates: string }[];
  const version = has?.version ?? 0;
  if (version < OLDEST) {
    throw new WordedError('config_invalid', {
      zh: `PostgreSQL 的版本是 ${version}；至少需要 ${OLDEST}`,
      en: `this is PostgreSQL ${version}; it has to be ${OLDEST} or newer`,
    });
  }
  if (has?.commits === 'off') {
    throw new WordedError('config_invalid', {
      zh: '数据库关闭了 synchronous_commit：断电会丢失已应答的消息；请改为 on',
      en: 'synchronous_commit is off there: a power cut would lose what was acknowledged; switch it on',
    });
  }
  if (has?.creates !== 't' && (await missing(client)).length > 0) {
    throw new WordedError('config_invalid', {
      zh: '该用户不能在这个数据库中建表；请让它成为数据库的所有者（alter database … owner to …）',
      en: 'this user may not make tables in the database; make it the owner (alter database … owner to …)',
    });
  }
}
