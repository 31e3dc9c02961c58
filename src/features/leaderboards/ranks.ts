import DataLoader from 'dataloader';
import type { Reader } from '../../platform/reader.ts';

/**
 * Answers places on a board. The ranks of equal scores are equal: COMPETITION is 1 + `countGreater`, DENSE is
 * 1 + `distinctGreater`.
 */
export interface Ranks {
  /** How many members of the season have a greater score. */
  countGreater(seasonId: string, score: number): number | Promise<number>;
  /** How many different scores of the season are greater. */
  distinctGreater(seasonId: string, score: number): number | Promise<number>;
  /** How many members are on the board. */
  size(seasonId: string): number | Promise<number>;
}

interface Place {
  seasonId: string;
  score: number;
}

/**
 * Ranks straight from the scores: always right, and as dear as there are better scores. Questions of the same moment share one
 * statement.
 */
export class SqlRanks implements Ranks {
  readonly #reader: Reader;
  readonly #greater: DataLoader<Place, number>;
  readonly #distinct: DataLoader<Place, number>;

  constructor(reader: Reader) {
    this.#reader = reader;
    this.#greater = new DataLoader((places) => this.#count('*', places), { cache: false });
    this.#distinct = new DataLoader((places) => this.#count('distinct s.score', places), { cache: false });
  }

  countGreater(seasonId: string, score: number): Promise<number> {
    return this.#greater.load({ seasonId, score });
  }

  distinctGreater(seasonId: string, score: number): Promise<number> {
    return this.#distinct.load({ seasonId, score });
  }

  async size(seasonId: string): Promise<number> {
    const [row] = await this.#reader.query<{ count: number }>(
      'select count(*)::int as count from scores where season_id = $1',
      [seasonId],
    );
    return row?.count ?? 0;
  }

  async #count(what: string, places: readonly Place[]): Promise<number[]> {
    const rows = await this.#reader.query<{ count: number }>(
      `select (select count(${what})::int from scores s where s.season_id = p.season_id and -s.score < -p.score) as count
       from unnest($1::uuid[], $2::bigint[]) with ordinality as p (season_id, score, place) order by place`,
      [places.map((place) => place.seasonId), places.map((place) => place.score)],
    );
    return rows.map((row) => row.count);
  }
}
