import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Ranking } from '../../rules/types.ts';
import { MEMBER_COLUMNS, type MemberRow, toMemberRow } from '../members/members.rows.ts';
import type { Ranks } from './ranks.ts';
import { SEASON_COLUMNS, type SeasonRow, type StoredSeason, toSeasonRow } from './seasons.rows.ts';
import { SharedReads } from './shared-reads.ts';

/** A member's place on a board. Knows no viewer: what may be shown of the member is decided above. */
export interface PlacedRow {
  rank: number;
  score: number;
  /** Epoch milliseconds. */
  reachedAt: number;
  member: MemberRow;
}

/** A season together with its board's way of counting places. */
export interface RankedSeason extends SeasonRow {
  ranking: Ranking;
}

type ScoredRow = MemberRow & { score: string; reachedAt: number };
type Scored = Omit<PlacedRow, 'rank'>;

const LARGEST_RADIUS = 50;
const COLUMNS = `s.score, (extract(epoch from s.reached_at) * 1000)::float8 as "reachedAt", ${MEMBER_COLUMNS}`;
const SCORES = 'scores s join members m on m.id = s.member_id';
/** The order of every board: the higher score, then who reached it first, then the id; never chance. */
const ORDER = [
  { expression: '(-s.score)', type: 'bigint' },
  { expression: 's.reached_at', type: 'timestamptz' },
  // Not everybody may know whose place it is, and an id also says when somebody joined.
  { expression: 's.member_id', type: 'uuid', veil: 'md5(s.season_id::text || s.member_id)::uuid' },
] as const;

/** Reads places on boards. */
export class LeaderboardsReading {
  readonly #reader: Reader;
  readonly #running: Ranks;
  readonly #closed: Ranks;
  readonly #pages = new SharedReads<Page<PlacedRow>>();

  /**
   * @param running answers for seasons that are open: from memory where there is an index.
   * @param closed answers for seasons that never change any more.
   */
  constructor(reader: Reader, running: Ranks, closed: Ranks) {
    this.#reader = reader;
    this.#running = running;
    this.#closed = closed;
  }

  /**
   * One page of a season's board, best first, shared with whoever asks for the same just now.
   * @throws Refusal BAD_USER_INPUT for a bad page or cursor.
   */
  entries(season: RankedSeason, page: PageArguments): Promise<Page<PlacedRow>> {
    const { id, ranking, closedAt } = season;
    const key = JSON.stringify([id, ranking, closedAt, page.first, page.after, page.last, page.before]);
    return this.#pages.read(key, () => this.#entries(season, page));
  }

  async #entries(season: RankedSeason, page: PageArguments): Promise<Page<PlacedRow>> {
    const found = await pageOf<ScoredRow, Scored>(this.#reader, page, {
      select: COLUMNS,
      from: SCORES,
      where: 's.season_id = $1',
      parameters: [season.id],
      order: ORDER,
      direction: 'asc',
      toNode: toScored,
    });
    const scored = found.edges.map(({ node }) => node);
    const places = await this.#place(season, scored, page.after == null && page.last == null);
    return {
      ...found,
      edges: found.edges.map(({ cursor, node }, index) => ({ cursor, node: { ...node, rank: places[index] ?? 0 } })),
      totalCount: () => this.size(season),
    };
  }

  /** The places of these members, by member id; who is not on the board is missing. */
  async entriesOf(season: RankedSeason, memberIds: readonly string[]): Promise<Map<string, PlacedRow>> {
    const rows = await this.#reader.query<ScoredRow>(
      `select ${COLUMNS} from ${SCORES} where s.season_id = $1 and s.member_id = any ($2::uuid[])`,
      [season.id, memberIds],
    );
    const placed = rows.map(async (row) => ({ ...toScored(row), rank: await this.#rankOf(season, Number(row.score)) }));
    return new Map((await Promise.all(placed)).map((entry) => [entry.member.id, entry]));
  }

  /** The places up to `radius` above and below a member's own, which is among them; none when the member is not on the board. */
  async around(season: RankedSeason, memberId: string, radius: number): Promise<PlacedRow[]> {
    if (radius < 0 || radius > LARGEST_RADIUS) {
      const message = `\`radius\` is between 0 and ${LARGEST_RADIUS}. Page through entries for more.`;
      throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['radius'] });
    }
    const rows = await this.#reader.query<ScoredRow>(AROUND, [season.id, memberId, radius]);
    const scored = rows.map(toScored);
    const places = await this.#place(season, scored, false);
    return scored.map((row, index) => ({ ...row, rank: places[index] ?? 0 }));
  }

  /** How many members are on the board. */
  async size(season: SeasonRow): Promise<number> {
    return this.#ranksOf(season).size(season.id);
  }

  /** A board's seasons, the latest first. @throws Refusal BAD_USER_INPUT for a bad page or cursor. */
  seasons(code: string, page: PageArguments): Promise<Page<SeasonRow>> {
    return pageOf<StoredSeason, SeasonRow>(this.#reader, page, {
      select: SEASON_COLUMNS,
      from: 'seasons s',
      where: 's.leaderboard_code = $1',
      parameters: [code],
      order: [{ expression: 's.starts_at', type: 'timestamptz' }],
      direction: 'desc',
      toNode: toSeasonRow,
    });
  }

  /**
   * The ranks of rows that follow one another on a board. They are counted on from the first one, so that a page agrees with
   * itself whatever changes meanwhile; only rows before the page have to be asked for.
   */
  async #place(season: RankedSeason, rows: readonly Scored[], fromStart: boolean): Promise<number[]> {
    const ranks: number[] = [];
    const [first] = rows;
    if (first === undefined) return ranks;
    let rank = fromStart ? 1 : await this.#rankOf(season, first.score);
    let tied = 0;
    // Above the page there may be members with the first row's score; how many, the second score's rank tells.
    let unknownTies = !fromStart;
    for (const [index, { score }] of rows.entries()) {
      if (index > 0 && score !== rows[index - 1]?.score) {
        if (season.ranking === 'DENSE') rank += 1;
        else rank = unknownTies ? await this.#rankOf(season, score) : rank + tied;
        unknownTies = false;
        tied = 0;
      }
      tied += 1;
      ranks.push(rank);
    }
    return ranks;
  }

  async #rankOf(season: RankedSeason, score: number): Promise<number> {
    const ranks = this.#ranksOf(season);
    const better = season.ranking === 'DENSE' ? ranks.distinctGreater : ranks.countGreater;
    return 1 + (await better.call(ranks, season.id, score));
  }

  #ranksOf({ closedAt }: SeasonRow): Ranks {
    return closedAt === null ? this.#running : this.#closed;
  }
}

const KEYS = '(-s.score, s.reached_at, s.member_id)';
const MY_KEYS = '(-me.score, me.reached_at, me.member_id)';

// Two short walks along the index of the order, one in each direction.
const AROUND = `with me as materialized (select * from scores where season_id = $1 and member_id = $2),
  near as (
    (select s.* from me cross join lateral (select * from scores s where s.season_id = $1 and ${KEYS} < ${MY_KEYS}
      order by (-s.score) desc, s.reached_at desc, s.member_id desc limit $3) as s)
    union all select * from me union all
    (select s.* from me cross join lateral (select * from scores s where s.season_id = $1 and ${KEYS} > ${MY_KEYS}
      order by (-s.score), s.reached_at, s.member_id limit $3) as s))
  select ${COLUMNS} from near s join members m on m.id = s.member_id order by (-s.score), s.reached_at, s.member_id`;

function toScored({ score, reachedAt, ...member }: ScoredRow): Scored {
  return { score: Number(score), reachedAt: Math.round(reachedAt), member: toMemberRow(member) };
}
