import type { Reader } from '../../platform/reader.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { TierDefinition } from '../../rules/game.types.ts';
import { dayOf } from '../../rules/game-views.ts';
import type { ConfigurationStore, ProgramService } from '../program/index.ts';
import { type StoredTier, TIER, tierOf } from './tiers.definitions.ts';
import { type AwardBadges, type Placed, placeIn } from './tiers.placing.ts';
import { DAY_OF_NUMBER } from './tiers.rows.ts';

/** Members looked at in one transaction: enough to share its cost, few enough to hold locks for milliseconds only. */
const MEMBERS_PER_TURN = 500;
/** Of the daily review, what one run does at most: 50,000 members, a few seconds, so that whatever comes after it is not kept waiting. */
const TURNS_PER_RUN = 100;

/** What the review is made of. */
export interface ReviewParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
  program: ProgramService;
  award: AwardBadges;
  /** The programme's present, epoch milliseconds. */
  now: () => number;
}

/** What one run of the review did. */
export interface Reviewed extends Placed {
  /** Members that were looked at. */
  members: number;
}

interface Round {
  tiers: readonly TierDefinition[];
  timeZone: string;
  reviewed: Reviewed;
}

/**
 * Takes tiers away, after a warning. Windows are whole local days, so what members have shrinks at midnight only: once a day
 * everybody in a tier with a window is looked at, and at any time those whose time to catch up is over. Runs with the points
 * cycle, between activation and expiry, and may be killed at any point: how far it is stands in `tier_reviews`.
 */
export class TiersReview {
  readonly #parts: ReviewParts;

  constructor(parts: ReviewParts) {
    this.#parts = parts;
  }

  /** Does what is due now; a large club's daily review takes several runs. */
  async run(): Promise<Reviewed> {
    const { reader, store, program, now } = this.#parts;
    const reviewed = { members: 0, settled: 0, changed: 0, warned: 0 };
    const tiers = (await store.list<StoredTier>(TIER)).map(tierOf);
    if (!tiers.some(isActive)) return reviewed;
    const { timeZone } = await program.getIn(reader);
    const round = { tiers, timeZone, reviewed };
    await this.#reviewOverdue(round);
    const day = dayOf(now(), timeZone);
    for (let turn = 0; turn < TURNS_PER_RUN; turn += 1) {
      if (!(await this.#reviewDay(round, day))) break;
    }
    return reviewed;
  }

  /** Those who had time to catch up, and have none left. */
  async #reviewOverdue(round: Round): Promise<void> {
    for (;;) {
      const members = await this.#parts.reader.query<Member>(
        `${MEMBERS} where s.keep_until <= $1 order by s.keep_until limit ${MEMBERS_PER_TURN}`,
        [new Date(this.#parts.now()).toISOString()],
      );
      if (members.length === 0) return;
      const placed = await this.#review(round, members);
      // Another worker may have been faster; without this the loop could spin while clocks disagree by milliseconds.
      if (placed.settled === 0) return;
    }
  }

  /** One turn of a day's review. Returns whether there is more. */
  async #reviewDay(round: Round, day: number): Promise<boolean> {
    const { reader } = this.#parts;
    const progress = await readProgress(reader, day);
    if (progress.finished) return false;
    // What counts for a lifetime never shrinks. Whoever is still in a tier that is no longer in force is looked at too.
    const kept = round.tiers.filter((tier) => isActive(tier) && tier.windowMs === null).map(({ code }) => code);
    const members = await reader.query<Member>(
      `${MEMBERS} where s.tier <> all ($2::text[]) and ($1::uuid is null or s.member_id > $1)
       order by s.member_id limit ${MEMBERS_PER_TURN}`,
      [progress.last, kept],
    );
    await this.#review(round, members, (tx) => noteProgressIn(tx, day, members));
    return members.length > 0;
  }

  async #review({ tiers, timeZone, reviewed }: Round, members: readonly Member[], note?: (tx: Tx) => Promise<void>) {
    const { work, award } = this.#parts;
    const placed = await work.run({ name: 'tiers.review', locks: members.map(({ id }) => id) }, async (tx) => {
      await note?.(tx);
      return placeIn(tx, { tiers, timeZone, members, award });
    });
    reviewed.members += members.length;
    reviewed.settled += placed.settled;
    reviewed.changed += placed.changed;
    reviewed.warned += placed.warned;
    return placed;
  }
}

function isActive({ status }: TierDefinition): boolean {
  return status === 'ACTIVE';
}

interface Member {
  id: string;
  joinedAt: number;
}

const MEMBERS = `select s.member_id as id, (extract(epoch from m.joined_at) * 1000)::float8 as "joinedAt"
  from tier_standings s join members m on m.id = s.member_id and m.status in ('ACTIVE', 'SUSPENDED')`;

async function readProgress(reader: Reader, day: number): Promise<{ last: string | null; finished: boolean }> {
  const [row] = await reader.query<{ last: string | null; finished: boolean }>(
    `select last_member_id as last, finished_at is not null as finished from tier_reviews
     where day = ${DAY_OF_NUMBER} $1::int4`,
    [day],
  );
  return row ?? { last: null, finished: false };
}

/** Notes that these members are done; without any, that all are. */
async function noteProgressIn(tx: Tx, day: number, members: readonly Member[]): Promise<void> {
  const now = new Date(tx.now).toISOString();
  const last = members.at(-1)?.id ?? null;
  await tx.query(
    `insert into tier_reviews as r (day, members, last_member_id, started_at, finished_at)
     values (${DAY_OF_NUMBER} $1::int4, $2, $3, $4, $5)
     on conflict (day) do update set members = r.members + excluded.members,
       last_member_id = greatest(r.last_member_id, excluded.last_member_id),
       finished_at = coalesce(r.finished_at, excluded.finished_at)`,
    [day, members.length, last, now, last === null ? now : null],
  );
}
