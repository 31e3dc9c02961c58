/** A peer of batches: bare awards straight into PostgreSQL, many per statement, with nothing in between. */
import pg from 'pg';
import { newId } from '../../../src/platform/ids.ts';
import { memberId } from '../fill/identity.ts';
import { given, onOrder, ready } from '../support/parent.ts';
import type { Outcome } from '../support/rounds.ts';

/** How to write: connections at work, and awards in one statement. */
export interface PlainOrder {
  seconds: number;
  members: number;
  connections: number;
  awards: number;
  /** Writes awards as a ledger keeps them: with a unique key and an index by member. */
  keyed: boolean;
}

/** A member's awards make one update. */
function awardsInto(table: string, key: string): { name: string; text: string } {
  return {
    name: table,
    text: `with award as (insert into ${table} select id, member_id, points, 'One point per 10 kronor', now() ${key}
      from unnest($1::uuid[], $2::uuid[], $3::int[]) as a (id, member_id, points) returning member_id, points),
    gain as (select member_id, sum(points) as points from award group by member_id)
    update peer_balances as balance set points = balance.points + gain.points
    from gain where balance.member_id = gain.member_id`,
  };
}

const BARE = awardsInto('peer_awards', '');
const KEYED = awardsInto('peer_ledger', `, 'order-' || id`);

const pool = new pg.Pool({ connectionString: given('DATABASE_URL'), max: 16 });
process.once('SIGTERM', () => process.exit(0));
onOrder(run);
ready(null);

async function run({ seconds, members, connections, awards, keyed }: PlainOrder): Promise<Outcome> {
  const startedAt = performance.now();
  const deadline = startedAt + seconds * 1_000;
  let operations = 0;
  // Every connection has members of its own, so that none waits for another's locks, and nothing needs ordering.
  const drive = async (connection: number) => {
    while (performance.now() < deadline) {
      await pool.query({
        ...(keyed ? KEYED : BARE),
        values: draw(awards, () => memberOf(connection, connections, members)),
      });
      operations += awards;
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, connection) => drive(connection)));
  return { operations, seconds: (performance.now() - startedAt) / 1_000 };
}

/** Arrays as PostgreSQL's own text, which the driver sends as they are: its array writer would cost more. */
function draw(awards: number, member: () => number): string[] {
  const ids: string[] = [];
  const owners: string[] = [];
  const points: number[] = [];
  for (let index = 0; index < awards; index += 1) {
    ids.push(newId());
    owners.push(memberId(member()));
    points.push(1 + Math.floor(Math.random() * 99));
  }
  return [`{${ids}}`, `{${owners}}`, `{${points}}`];
}

function memberOf(connection: number, connections: number, members: number): number {
  return 1 + connection + connections * Math.floor((Math.random() * (members - connection)) / connections);
}
