import type { Tx } from '../../platform/tx.ts';
import type { Candidate, OpenSlice, Slice, Step } from '../../recording/slice.ts';
import { boardsFor, type CompiledBoard, contributionTo, isWithin, pointsOf, seasonAt } from '../../rules/boards.ts';
import { createFacts, type Facts } from '../../rules/expressions.ts';
import type { Programme } from '../../rules/programme.ts';
import type { MemberFacts, MemberState } from '../../rules/types.ts';
import { announceIn, SCORES_CHANGED, type ScoresChangedPayload } from './leaderboards.events.ts';
import { addScores, type ScoreDelta } from './scores.rows.ts';
import { openSeasonsIn, readOpenSeasons, type SeasonRow, type WantedSeason } from './seasons.rows.ts';

const NOTHING: OpenSlice = { fold() {}, write: () => Promise.resolve() };

/** How boards take part in recording: every activity that counts adds to the member's score in the season it falls into. */
export const leaderboardsSlice: Slice = {
  name: 'leaderboards',
  async open(tx, programme, candidates) {
    if (programme.boards.all.length === 0) return NOTHING;
    const boards = boardsOf(programme, candidates);
    if (boards.length === 0) return NOTHING;
    return new BoardsBatch(tx, programme, await seasonsFor(tx, programme, boards, candidates));
  },
};

/** The boards that listen to at least one activity of the batch. */
function boardsOf(programme: Programme, candidates: readonly Candidate[]): CompiledBoard[] {
  const types = new Set(candidates.map(({ activity }) => activity.type));
  return [...new Set([...types].flatMap((type) => boardsFor(programme.boards, type)))];
}

type Seasons = Map<string, SeasonRow[]>;

/**
 * The open seasons of these boards by board. Those that run now, or begin within the few minutes an activity may lie
 * ahead, are opened here when the first activity needs them; one that ended without ever being opened stays so.
 */
async function seasonsFor(
  tx: Tx,
  programme: Programme,
  boards: readonly CompiledBoard[],
  candidates: readonly Candidate[],
): Promise<Seasons> {
  const codes = boards.map(({ code }) => code);
  const seasons = Map.groupBy(await readOpenSeasons(tx, codes), (season) => season.leaderboardCode);
  const wanted = missingSeasons(tx, programme, seasons, candidates);
  if (wanted.length === 0) return seasons;
  await openSeasonsIn(tx, wanted);
  return Map.groupBy(await readOpenSeasons(tx, codes), (season) => season.leaderboardCode);
}

function missingSeasons(
  tx: Tx,
  programme: Programme,
  seasons: Seasons,
  candidates: readonly Candidate[],
): WantedSeason[] {
  const wanted = new Map<string, WantedSeason>();
  for (const { activity } of candidates) {
    for (const { code, definition } of boardsFor(programme.boards, activity.type)) {
      if (find(seasons, code, activity.occurredAt) !== undefined) continue;
      const bounds = seasonAt(definition, activity.occurredAt, programme.program.timeZone);
      if (bounds === null || (bounds.endsAt !== null && bounds.endsAt <= tx.now)) continue;
      wanted.set(`${code} ${bounds.startsAt}`, { ...bounds, leaderboardCode: code });
    }
  }
  return [...wanted.values()];
}

function find(seasons: Seasons, code: string, atMs: number): SeasonRow | undefined {
  return seasons.get(code)?.find((season) => isWithin(season, atMs));
}

class BoardsBatch implements OpenSlice {
  readonly #tx: Tx;
  readonly #programme: Programme;
  readonly #seasons: Seasons;
  readonly #members = new Map<string, MemberFacts>();
  readonly #deltas = new Map<string, ScoreDelta>();

  constructor(tx: Tx, programme: Programme, seasons: Seasons) {
    this.#tx = tx;
    this.#programme = programme;
    this.#seasons = seasons;
  }

  contribute(memberId: string, { member }: Partial<MemberState>): void {
    if (member !== undefined) this.#members.set(memberId, member);
  }

  fold({ activity: { facts: activity, memberId }, evaluation }: Step): void {
    let facts: Facts | null = null;
    const { program, view, boards } = this.#programme;
    const factsOf = (): Facts => {
      facts ??= createFacts(view, this.#memberOf(memberId), activity);
      return facts;
    };
    const points = pointsOf(evaluation);
    for (const board of boardsFor(boards, activity.type)) {
      const season = find(this.#seasons, board.code, activity.occurredAt);
      if (season === undefined) continue;
      const score = contributionTo(board, activity, points, program.currencyCode, factsOf);
      if (score > 0) this.#add({ seasonId: season.id, memberId, score, reachedAt: activity.occurredAt });
    }
  }

  async write(): Promise<void> {
    const changes = await addScores(this.#tx, [...this.#deltas.values()]);
    if (changes.length > 0) announceIn(this.#tx, SCORES_CHANGED, { changes } satisfies ScoresChangedPayload);
  }

  #add(delta: ScoreDelta): void {
    const key = delta.seasonId + delta.memberId;
    const known = this.#deltas.get(key);
    if (known === undefined) {
      this.#deltas.set(key, delta);
      return;
    }
    known.score += delta.score;
    known.reachedAt = Math.max(known.reachedAt, delta.reachedAt);
  }

  #memberOf(memberId: string): MemberFacts {
    const member = this.#members.get(memberId);
    if (member === undefined) throw new Error('A step always follows the contribution to its member.');
    return member;
  }
}
