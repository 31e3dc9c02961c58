import pg from 'pg';
import { memberId } from '../fill/identity.ts';
import { scoreOf } from '../fill/scores.ts';
import type { RankOrder } from '../peers/rank-set.ts';
import type { Child } from '../support/child.ts';
import { type Pipeline, type Redis, redisCommand } from '../support/redis.ts';
import type { Contender, Outcome } from '../support/rounds.ts';

/** Commands sent to Redis in one write, and how many such pieces are made beforehand. */
const PIPELINED = 1_000;
const PIECES = 100;
/** Members put into Redis at a time. */
const PUT = 5_000;
const SQL_CONNECTIONS = 2;

/** How often a member's place is asked, without and with a change before it. */
export type Kind = 'rank' | 'update';

/** The rank index in its own process. */
export function indexContender(name: string, child: Child, kind: Kind): Contender {
  const run = (seconds: number) => child.ask<Outcome>({ kind, seconds } satisfies RankOrder, seconds * 1_000 + 120_000);
  return { name, pid: child.pid, run };
}

/** Puts the members into a sorted set, in the order of their scores, which Redis takes quickest. */
export async function fillRedis(redis: Redis, members: number): Promise<void> {
  await redis.ask(1, 'FLUSHALL');
  const order = Uint32Array.from({ length: members }, (_, index) => index + 1);
  order.sort((left, right) => scoreOf(left) - scoreOf(right));
  for (let from = 0; from < members; from += PUT) {
    const part = order.subarray(from, from + PUT);
    const words = Array.from(part, (member) => [String(scoreOf(member)), memberId(member)]).flat();
    await redis.send({ bytes: Buffer.from(redisCommand('ZADD', 'board', ...words)), replies: 1 });
  }
}

/** Redis, pipelined: ZREVRANK, with ZINCRBY before it for an update. */
export function redisContender(name: string, redis: Redis, kind: Kind, members: number): Contender {
  const pieces = Array.from({ length: PIECES }, () => pieceOf(kind, members));
  const run = async (seconds: number): Promise<Outcome> => {
    const startedAt = performance.now();
    let sent = 0;
    for (; performance.now() - startedAt < seconds * 1_000; sent += 1) {
      const piece = pieces[sent % PIECES];
      if (piece !== undefined) await redis.send(piece);
    }
    return { operations: sent * PIPELINED, seconds: (performance.now() - startedAt) / 1_000 };
  };
  return { name, pid: redis.pid, run };
}

function pieceOf(kind: Kind, members: number): Pipeline {
  const commands = Array.from({ length: PIPELINED }, (_, index) => {
    const member = memberId(1 + Math.floor(Math.random() * members));
    const rank = redisCommand('ZREVRANK', 'board', member);
    return kind === 'rank' ? rank : redisCommand('ZINCRBY', 'board', String(1 + (index % 100)), member) + rank;
  });
  // A number is one line; a raised score comes as text, which has a line with its length before it.
  return { bytes: Buffer.from(commands.join('')), replies: PIPELINED * (kind === 'rank' ? 1 : 3) };
}

const COUNT = 'select count(*) from scores where season_id = $1 and -score < -$2::bigint';
const RAISE = `with raised as (update scores set score = score + $3 where season_id = $1 and member_id = $2 returning score)
  select count(*) from scores s, raised where s.season_id = $1 and -s.score < -raised.score`;

/** SQL's way: count who is better, on prepared statements. */
export function sqlContender(name: string, url: string, seasonId: string, kind: Kind, members: number): Contender {
  const run = async (seconds: number): Promise<Outcome> => {
    const pool = new pg.Pool({ connectionString: url, max: SQL_CONNECTIONS });
    const startedAt = performance.now();
    let operations = 0;
    const one = async () => {
      while (performance.now() - startedAt < seconds * 1_000) {
        const member = 1 + Math.floor(Math.random() * members);
        if (kind === 'rank') await pool.query({ name: 'count', text: COUNT, values: [seasonId, scoreOf(member)] });
        else await pool.query({ name: 'raise', text: RAISE, values: [seasonId, memberId(member), 1 + (member % 100)] });
        operations += 1;
      }
    };
    await Promise.all(Array.from({ length: SQL_CONNECTIONS }, one));
    await pool.end();
    return { operations, seconds: (performance.now() - startedAt) / 1_000 };
  };
  return { name, pid: process.pid, run };
}
