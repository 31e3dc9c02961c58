import { loadConfig } from './src/config.ts';
import { entities } from './src/features/entities.ts';
import { databaseConfig } from './src/platform/database/orm.ts';

/**
 * For the MikroORM command line, for example to write a migration from what the entities have and the database has not.
 * It talks to DATABASE_URL, because the embedded database's address is known only while it runs.
 */
const { databaseUrl } = loadConfig(process.env);
if (databaseUrl === null)
  throw new Error('Set DATABASE_URL to the database that the MikroORM command line should use.');

export default databaseConfig({ url: databaseUrl, entities });
