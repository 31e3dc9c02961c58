/** What starting is measured against: the embedded PostgreSQL of its argument's directory and nothing else. */
import { startEmbeddedDatabase } from '../../../src/platform/database/embedded.ts';
import { given, ready } from '../support/parent.ts';

const database = await startEmbeddedDatabase({ directory: given('POKAL_DATA_DIR') });
process.once('SIGTERM', () => void database.stop().finally(() => process.exit(0)));
ready(null);
