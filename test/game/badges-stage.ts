import { newId } from '../../src/platform/ids.ts';
import type { Recorded, UserError } from '../recording/shop.ts';
import type { Answer, Client } from '../support/client.ts';
import { count, Game } from './game.ts';

/** An award as the tests ask for one. */
export interface AwardData {
  id: string;
  number: number;
  awardedAt: string;
  reason: string | null;
  revokedAt: string | null;
  revokedReason: string | null;
  badge: { code: string; name: string };
  member: { id: string; displayName: string; alias: string | null };
  activity: { id: string } | null;
}

export interface BadgeData {
  id: string;
  code: string;
  version: number;
  status: string;
  imageUrl: string;
  awardedCount: number;
  rarity: number;
  limit: number | null;
  remaining: number | null;
  goal: { activityTypes: string[]; condition: string | null; measure: string; target: string } | null;
  filling: { done: number; total: number; finishedAt: string | null } | null;
}

export interface BadgeProgressData {
  badge: { code: string };
  progress: string;
  target: string;
  percent: number;
  timesAwarded: number;
  reason: string;
}

interface EventData {
  __typename: string;
  id: string;
  award: { id: string };
}

export interface AwardAnswer {
  award: AwardData | null;
  effects: EventData[];
  member: { id: string } | null;
  replayed: boolean;
  userErrors: UserError[];
}

const AWARD = `id number awardedAt reason revokedAt revokedReason badge { code name } member { id displayName alias } activity { id }`;
const BADGE = `id code version status imageUrl awardedCount rarity limit remaining
  goal { activityTypes condition measure target } filling { done total finishedAt }`;
const ERRORS = 'userErrors { code message path retryable details }';
const EFFECTS = '__typename id ... on BadgeEvent { award { id } }';

/** Everybody's view of badges, as a client has it. */
export class BadgesStage {
  readonly game: Game;
  /** A member of this test. */
  kim = '';
  /** An activity type of this test, so that its badges meet no other's. */
  walking = '';
  #begun = 0;

  private constructor(game: Game) {
    this.game = game;
  }

  static async open(options: Parameters<typeof Game.open>[0] = {}): Promise<BadgesStage> {
    return new BadgesStage(await Game.open(options));
  }

  get shop() {
    return this.game.shop;
  }

  /** Begins a test: with a member, and an activity type and a code of its own. */
  async begin(): Promise<void> {
    this.#begun += 1;
    this.walking = `walk-${this.#begun}`;
    await this.shop.offer(this.walking, null);
    this.kim = await this.shop.enrol();
  }

  /** Saves a badge of this test, waits until what was done before is counted, and gives its code. */
  async badge(more: Record<string, unknown> = {}, code = `badge-${this.#begun}`): Promise<string> {
    const { userErrors } = await this.save({ code, ...more });
    if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
    await this.game.filled(`badge:${code}`);
    return code;
  }

  /** A goal of so many walks. */
  walks(target: number): Record<string, unknown> {
    return count(this.walking, target);
  }

  /** Kim, or whoever is named, walks so often, one activity each; gives what the last one did. */
  async walk(times: number, more: Record<string, unknown> = {}): Promise<Recorded> {
    const walk = { type: this.walking, memberId: this.kim, ...more };
    for (let done = 1; done < times; done += 1) await this.shop.record(walk);
    return this.shop.record(walk);
  }

  /** Saves a badge and gives the answer, whatever it is. */
  async save(input: Record<string, unknown>): Promise<{ badge: BadgeData | null; userErrors: UserError[] }> {
    const document = `mutation ($input: SaveBadgeInput!) { saveBadge(input: $input) { badge { ${BADGE} } ${ERRORS} } }`;
    const all = { code: 'walker', name: 'Walker', description: 'For those who walk.', ...input };
    type Saved = { saveBadge: { badge: BadgeData | null; userErrors: UserError[] } };
    return (await this.shop.admin.data<Saved>(document, { input: all })).saveBadge;
  }

  async read(code = 'walker', client: Client = this.shop.admin): Promise<BadgeData | null> {
    const document = `query ($code: String!) { badge(code: $code) { ${BADGE} } }`;
    return (await client.data<{ badge: BadgeData | null }>(document, { code })).badge;
  }

  /** Awards by hand as staff under a fresh key, unless told otherwise. */
  async award(memberId: string, badge = 'walker', more: Record<string, unknown> = {}): Promise<AwardAnswer> {
    const document = `mutation ($input: AwardBadgeInput!) { awardBadge(input: $input) {
      award { ${AWARD} } effects { ${EFFECTS} } member { id } replayed ${ERRORS} } }`;
    const input = { idempotencyKey: newId(), memberId, badge, reason: 'A test', ...more };
    return (await this.shop.staff.data<{ awardBadge: AwardAnswer }>(document, { input })).awardBadge;
  }

  async revoke(awardId: string, reason = 'A mistake') {
    const document = `mutation ($input: RevokeBadgeInput!) { revokeBadge(input: $input) {
      award { ${AWARD} } effects { ${EFFECTS} } ${ERRORS} } }`;
    type Revoked = { revokeBadge: Omit<AwardAnswer, 'member' | 'replayed'> };
    return (await this.shop.staff.data<Revoked>(document, { input: { awardId, reason } })).revokeBadge;
  }

  /** A member's awards, the latest first. */
  async awardsOf(memberId: string, client: Client = this.shop.staff): Promise<AwardData[]> {
    const document = `query ($id: ID!) { member(id: $id) { badges(first: 100) { edges { node { ${AWARD} } } } } }`;
    type Found = { member: { badges: { edges: { node: AwardData }[] } } };
    return (await client.data<Found>(document, { id: memberId })).member.badges.edges.map(({ node }) => node);
  }

  /** Who was awarded a badge, the latest first. */
  async awards(client: Client, code = 'walker'): Promise<AwardData[]> {
    const document = `query ($code: String!) { badge(code: $code) { awards(first: 100) { edges { node { ${AWARD} } } } } }`;
    type Found = { badge: { awards: { edges: { node: AwardData }[] } } };
    return (await client.data<Found>(document, { code })).badge.awards.edges.map(({ node }) => node);
  }

  async progress(memberId: string, client: Client = this.shop.staff): Promise<BadgeProgressData[]> {
    const document = `query ($id: ID!) { member(id: $id) { badgeProgress { badge { code } progress target percent timesAwarded reason } } }`;
    type Found = { member: { badgeProgress: BadgeProgressData[] } };
    return (await client.data<Found>(document, { id: memberId })).member.badgeProgress;
  }

  /** Any award by its id alone. */
  node(id: string, client: Client): Promise<Answer<{ node: AwardData | null }>> {
    return client.query(`query ($id: ID!) { node(id: $id) { ... on BadgeAward { ${AWARD} } } }`, { id });
  }

  member(subject: string): Client {
    return this.shop.app.client({ role: 'MEMBER', subject });
  }
}

/** The names of those effects that are about badges. */
export function badgeEffects({ effects }: Pick<Recorded, 'effects'>): string[] {
  return effects.map(({ __typename }) => __typename).filter((name) => name.startsWith('Badge'));
}
