/**
 * A process that writes events, for tests with several nodes: `node writer.ts URL NAME COUNT`.
 * It works like a node of its own, with its own pool and tail, and prints `done` when all has been committed.
 */
import { Clock } from '../../src/platform/clock.ts';
import { closeDatabase, openDatabase } from '../../src/platform/database/orm.ts';
import { createLog } from '../../src/platform/log.ts';
import { OutboxEntry } from '../../src/platform/outbox.entity.ts';
import { Tail } from '../../src/platform/tail.ts';
import { Work } from '../../src/platform/work.ts';
import { writeEvents } from './events.ts';

const [url = '', name = '', count = '0'] = process.argv.slice(2);
const log = createLog('error');
const orm = await openDatabase({ url, entities: [OutboxEntry], poolSize: 8 });
const work = new Work({ orm, clock: new Clock(), log });
const tail = new Tail({ url, log });
work.onCommit((xid) => tail.committed(xid));
await tail.start();
await writeEvents(work, { writer: name, count: Number(count), writers: 6 });
await tail.stop();
await closeDatabase(orm);
process.stdout.write('done\n');
