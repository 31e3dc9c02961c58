/** The peers of recording: an award without rules, behind a front. Which award and which front are its arguments. */
import 'reflect-metadata';
import { defineConfig, LockMode, MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { buildSchemaSync } from 'type-graphql';
import { newId } from '../../../src/platform/ids.ts';
import { given, ready } from '../support/parent.ts';
import { PeerAward, PeerBalance } from './award.entity.ts';
import { AwardResolver, type GiveAward } from './award.resolver.ts';
import { serveApollo, servePokalFront } from './front.ts';

/** Measured here: 10, 20 and 40 connections are level; more wait for the disk together. */
const CONNECTIONS = 20;

/** One statement, prepared once per connection, committed by itself: nothing by hand is faster one at a time. */
function byStatement(): GiveAward {
  const pool = new pg.Pool({ connectionString: given('DATABASE_URL'), max: CONNECTIONS });
  const text = `with award as (insert into peer_awards (id, member_id, points, reason, occurred_at)
      values ($1, $2, $3, $4, $5) returning member_id, points)
    update peer_balances as balance set points = balance.points + award.points
    from award where balance.member_id = award.member_id returning balance.points as balance`;
  return async ({ memberId, points, reason }) => {
    const id = newId();
    const occurredAt = new Date().toISOString();
    const values = [id, memberId, points, reason, occurredAt];
    const { rows } = await pool.query<{ balance: number }>({ name: 'award', text, values });
    return { id, points, reason, balance: rows[0]?.balance ?? 0, occurredAt };
  };
}

/** A unit of work of the ORM: find and lock the wallet, add the entry, change the wallet, flush, commit. */
async function byUnitOfWork(): Promise<GiveAward> {
  const orm = await MikroORM.init(
    defineConfig({
      clientUrl: given('DATABASE_URL'),
      entities: [PeerBalance, PeerAward],
      pool: { min: 0, max: CONNECTIONS },
      metadataCache: { enabled: false },
      allowGlobalContext: false,
    }),
  );
  return ({ memberId, points, reason }) =>
    orm.em.fork().transactional(async (em) => {
      const wallet = await em.findOneOrFail(PeerBalance, memberId, { lockMode: LockMode.PESSIMISTIC_WRITE });
      const occurredAt = new Date();
      const award = em.create(PeerAward, { id: newId(), memberId, points, reason, occurredAt });
      wallet.points += points;
      await em.flush();
      return { id: award.id, points, reason, balance: wallet.points, occurredAt: occurredAt.toISOString() };
    });
}

const [award, front] = process.argv.slice(2);
const resolver = new AwardResolver(award === 'unit-of-work' ? await byUnitOfWork() : byStatement());
const schema = buildSchemaSync({
  resolvers: [AwardResolver],
  container: { get: () => resolver },
  validate: false,
});
process.once('SIGTERM', () => process.exit(0));
ready(front === 'own' ? await servePokalFront(schema) : await serveApollo(schema, async () => ({})));
