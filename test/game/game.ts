import { newId } from '../../src/platform/ids.ts';
import type { GoalKey, GoalState } from '../../src/rules/game.types.ts';
import { unpackGoals } from '../../src/rules/goal-codec.ts';
import { Shop } from '../recording/shop.ts';
import type { TestAppOptions } from '../support/app.ts';
import { eventually } from '../support/platform.ts';

/** An award as the database holds it. */
export interface Award {
  member: string;
  badge: string;
  number: number;
  cause: string;
}

/** A completion as the database holds it. */
export interface Completion {
  member: string;
  challenge: string;
  period: number;
}

/** A shop with challenges, badges and tiers. */
export class Game {
  readonly shop: Shop;

  private constructor(shop: Shop) {
    this.shop = shop;
  }

  static async open(options: TestAppOptions = {}): Promise<Game> {
    return new Game(await Shop.open(options));
  }

  close(): Promise<void> {
    return this.shop.close();
  }

  /** Saves a badge; with `goal`, ten of the activity type `count` unless told otherwise. */
  badge(code: string, more: Record<string, unknown> = {}): Promise<void> {
    return this.shop.save('Badge', { code, name: code, description: `For ${code}.`, ...more });
  }

  challenge(code: string, more: Record<string, unknown>): Promise<void> {
    return this.shop.save('Challenge', { code, name: code, ...more });
  }

  tier(code: string, more: Record<string, unknown>): Promise<void> {
    return this.shop.save('Tier', { code, name: code, ...more });
  }

  /** Resolves when what happened before a goal is counted. */
  filled(key: GoalKey): Promise<void> {
    const unfinished = 'select from goal_fills where key = $1 and finished_at is null';
    return eventually(`${key} is counted`, async () => (await this.shop.sql(unfinished, [key])).length === 0);
  }

  /** Enrols members and gives their ids in order. */
  async members(count: number): Promise<string[]> {
    const prefix = newId();
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1)
      ids.push(await this.shop.enrol({ externalId: `${prefix}-${index}` }));
    return ids.sort();
  }

  /** All awards, in the order of members and badges. */
  awards(badge: string | null = null): Promise<Award[]> {
    return this.shop.sql<Award>(
      `select member_id as member, badge_code as badge, number, cause_kind || ':' || cause_code as cause
       from badge_awards where $1::text is null or badge_code = $1 order by 1, 2, 3`,
      [badge],
    );
  }

  /** All completions of members, in their order. */
  completions(challenge: string | null = null): Promise<Completion[]> {
    return this.shop.sql<Completion>(
      `select member_id as member, challenge_code as challenge, period from challenge_completions
       where $1::text is null or challenge_code = $1 order by 1, 2, 3`,
      [challenge],
    );
  }

  /** What a member has done, as it is stored. */
  async stored(memberId: string): Promise<Map<GoalKey, GoalState>> {
    const [row] = await this.shop.sql<{ goals: { goals: Parameters<typeof unpackGoals>[0] } }>(
      'select goals from member_progress where member_id = $1',
      [memberId],
    );
    return unpackGoals(row?.goals.goals ?? {});
  }

  /** How much is used of something that everybody shares. */
  async shared(key: string): Promise<{ count: number; points: number }> {
    const [row] = await this.shop.sql<{ count: number; points: string }>(
      `select count, points from rule_usages where member_id = '00000000-0000-0000-0000-000000000000' and key = $1`,
      [key],
    );
    return { count: row?.count ?? 0, points: Number(row?.points ?? 0) };
  }
}

/** A goal of so many activities of a type. */
export function count(type: string, target: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { activityTypes: [type], measure: 'COUNT', target: String(target), ...more };
}
