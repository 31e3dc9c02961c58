import { type DemoActivity, drawActivities, drawOne } from './activities.ts';
import { drawLately } from './lately.ts';
import { DAY_MS, type DemoMember, type DemoPerson, type DemoRegular, drawMembers } from './members.ts';
import { Random } from './random.ts';

export interface ClubOptions {
  /** Any text; the same seed and the same `until` give the same club, to the letter. */
  seed: string;
  /** How many members. */
  members: number;
  /** How many activities in all; `DEFAULT_ACTIVITIES_PER_MEMBER` for each member unless told. */
  activities?: number;
  /** The club's present, epoch milliseconds; nothing is later. */
  until: number;
}

export interface Club {
  people: readonly DemoPerson[];
  members: readonly DemoMember[];
  /** Oldest first, so that caps and campaigns meet them as they happened. */
  activities: readonly DemoActivity[];
}

export const DEFAULT_SEED = 'fjällklubben';
export const DEFAULT_ACTIVITIES_PER_MEMBER = 12;

/** Draws a whole club: members and everything they did in three years. Pure; 30,000 activities take about 0.3 s. */
export function drawClub(options: ClubOptions): Club {
  const random = new Random(`${options.seed}:${options.members}`);
  const people = drawMembers(random, options.members, options.until);
  const wanted = options.activities ?? options.members * DEFAULT_ACTIVITIES_PER_MEMBER;
  const [first] = people;
  const lately = first === undefined ? [] : drawLately(first, options.until);
  const counts = shares(people, Math.max(0, wanted - people.length - lately.length), options.until);
  const activities = people.flatMap((person, index) =>
    drawActivities(random, person, counts[index] ?? 0, options.until),
  );
  activities.push(...lately);
  activities.sort((left, right) => left.occurredAt - right.occurredAt);
  for (const [index, activity] of activities.entries()) {
    activity.idempotencyKey = `demo-${String(index + 1).padStart(6, '0')}`;
  }
  return { people, members: people.map((person) => person.member), activities };
}

/**
 * Live activities for a running demo, one plausible thing after the other: who is zealous does more.
 * `next(at)` gives what happens at that instant. Keys never repeat as long as the trickle's name does not.
 */
export class Trickle {
  readonly #random: Random;
  readonly #weights: number[];
  #count = 0;

  /** @param name goes into every idempotency key, for example the instant the server started. */
  constructor(
    readonly name: string,
    readonly people: readonly DemoRegular[],
  ) {
    this.#random = new Random(`trickle:${name}`);
    this.#weights = people.map((person) => person.zeal);
  }

  next(at: number): DemoActivity {
    const person = this.people[this.#random.weighted(this.#weights)];
    if (person === undefined) throw new RangeError('A trickle needs at least one member.');
    this.#count += 1;
    return { idempotencyKey: `${this.name}-${this.#count}`, ...drawOne(this.#random, person, at) };
  }
}

/** Splits the activities by zeal times membership, so that the parts add up exactly. */
function shares(people: readonly DemoPerson[], wanted: number, until: number): number[] {
  const weights = people.map(({ zeal, member }) => zeal * Math.max(1, (until - member.joinedAt) / DAY_MS) ** 0.8);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let reached = 0;
  let given = 0;
  return weights.map((weight) => {
    reached += weight;
    const upTo = Math.round((wanted * reached) / sum);
    const count = upTo - given;
    given = upTo;
    return count;
  });
}
