import type { Reader } from '../../platform/reader.ts';

/** How far a badge has spread. */
export interface Spread {
  /** Awards that are not revoked. */
  awardedCount: number;
  /** The share of active members who hold it, 0 to 1. */
  rarity: number;
}

/** A number that was counted, and until when it is told again without counting. */
interface Kept<Count> {
  count: Promise<Count>;
  until: number;
}

interface Awarded {
  awards: number;
  holders: number;
}

/** Counting fewer takes milliseconds; of more, one more or less is nothing that anybody sees in a share. */
const MANY = 10_000;
/** How long large numbers are told again, in milliseconds. Counting 300,000 awards takes a second, and everybody may ask. */
const KEPT_MS = 60_000;

/** Counts who holds which badge: exactly for small clubs, once a minute and node for what is large. */
export class Spreads {
  readonly #reader: Reader;
  readonly #awarded = new Map<string, Kept<Awarded>>();
  #members: Kept<number> | null = null;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** How far badges have spread, in the order of their codes. */
  async of(codes: readonly string[]): Promise<Spread[]> {
    const now = performance.now();
    const [members, ...awarded] = await Promise.all([this.#activeMembers(now), ...this.#awardsOf(codes, now)]);
    return awarded.map(({ awards, holders }) => ({
      awardedCount: awards,
      // The two are counted one after the other, and somebody may be suspended in between.
      rarity: members === 0 ? 0 : Math.min(1, holders / members),
    }));
  }

  #activeMembers(now: number): Promise<number> {
    if (this.#members !== null && now < this.#members.until) return this.#members.count;
    const count = this.#countMembers();
    this.#members = null;
    keepIfMany(
      count,
      (members) => members,
      () => {
        this.#members = { count, until: now + KEPT_MS };
      },
    );
    return count;
  }

  #awardsOf(codes: readonly string[], now: number): Promise<Awarded>[] {
    const missing = codes.filter((code) => now >= (this.#awarded.get(code)?.until ?? 0));
    const counted = missing.length === 0 ? null : this.#countAwards(missing);
    return codes.map((code) => {
      const kept = this.#awarded.get(code);
      if (counted === null || (kept !== undefined && now < kept.until)) return (kept as Kept<Awarded>).count;
      const count = counted.then((found) => found.get(code) ?? { awards: 0, holders: 0 });
      this.#awarded.delete(code);
      keepIfMany(
        count,
        ({ awards }) => awards,
        () => {
          this.#awarded.set(code, { count, until: now + KEPT_MS });
        },
      );
      return count;
    });
  }

  async #countMembers(): Promise<number> {
    const [row] = await this.#reader.query<{ count: number }>(
      `select count(*)::int as count from members where status = 'ACTIVE'`,
    );
    return row?.count ?? 0;
  }

  async #countAwards(codes: readonly string[]): Promise<Map<string, Awarded>> {
    const rows = await this.#reader.query<Awarded & { code: string }>(
      `select a.badge_code as code, count(*)::int as awards,
         (count(distinct a.member_id) filter (where m.status = 'ACTIVE'))::int as holders
       from badge_awards a join members m on m.id = a.member_id
       where a.badge_code = any ($1::text[]) and a.revoked_at is null group by a.badge_code`,
      [[...codes]],
    );
    return new Map(rows.map(({ code, awards, holders }) => [code, { awards, holders }]));
  }
}

/** Calls `keep` once a count has turned out to be large; a count that failed is kept by nobody. */
function keepIfMany<Count>(count: Promise<Count>, sizeOf: (count: Count) => number, keep: () => void): void {
  count.then(
    (counted) => {
      if (sizeOf(counted) > MANY) keep();
    },
    () => {},
  );
}
