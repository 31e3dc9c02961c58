import { newId } from '../../src/platform/ids.ts';
import { type Activity, Shop, type UserError } from '../recording/shop.ts';
import type { TestAppOptions } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/platform.ts';

/** How far a member is, as the tests ask for it. */
export interface ProgressData {
  challenge: { code: string };
  status: string;
  progress: string;
  target: string;
  percent: number;
  streak: { current: number; best: number; freezesLeft: number; endsAt: string | null; length: number } | null;
  startedAt: string | null;
  completedAt: string | null;
  timesCompleted: number;
  reason: string;
  nextPossibleAt: string | null;
}

/** An effect or event; those of other kinds have their name and points only. */
export interface GameEffect {
  __typename: string;
  id: string;
  cursor: string;
  occurredAt: string;
  points?: number;
  progress?: ProgressData;
  award?: { badge: { code: string }; reason: string | null };
  to?: { code: string } | null;
}

export interface ContributionData {
  displayName: string;
  member: { id: string } | null;
  amount: string;
  percent: number;
}

export interface ChallengeData {
  code: string;
  version: number;
  name: string;
  startsAt: string;
  endsAt: string | null;
  status: string;
  community: {
    progress: string;
    target: string;
    percent: number;
    contributorCount: number;
    completedAt: string | null;
    contributions: { totalCount: number; edges: { cursor: string; node: ContributionData }[] };
  } | null;
  filling: { done: number; total: number; finishedAt: string | null } | null;
}

export interface SavedChallenge {
  challenge: ChallengeData | null;
  userErrors: UserError[];
}

export interface RecordedGame {
  activity: { id: string; trace: { rules: TraceLine[] } } | null;
  effects: GameEffect[];
  userErrors: UserError[];
}

export interface TraceLine {
  rule: { kind: string; code: string };
  matched: boolean;
  reason: string;
  points: number;
  nextPossibleAt: string | null;
}

const PROGRESS = `challenge { code } status progress target percent streak { current best freezesLeft endsAt length }
  startedAt completedAt timesCompleted reason nextPossibleAt`;
export const EFFECT = `__typename id cursor occurredAt
  ... on PointsEvent { points }
  ... on ChallengeEvent { progress { ${PROGRESS} } }
  ... on BadgeEvent { award { badge { code } reason } }
  ... on TierChanged { to { code } }`;
const COMMUNITY = `community { progress target percent contributorCount completedAt
  contributions(first: 100) { totalCount edges { cursor node { displayName member { id } amount percent } } } }`;
export const CHALLENGE = `code version name startsAt endsAt status ${COMMUNITY} filling { done total finishedAt }`;
const RECEIPT = `activity { id trace { rules { rule { kind code } matched reason points nextPossibleAt } } }`;
const SAVE = `mutation ($input: SaveChallengeInput!) { saveChallenge(input: $input) {
  challenge { ${CHALLENGE} } userErrors { code message path retryable details } } }`;

/** A running Pokal with challenges, as its users see them. Reviews and visits earn nothing by themselves. */
export class ChallengesStage {
  private constructor(readonly shop: Shop) {}

  static async open(options: TestAppOptions = {}): Promise<ChallengesStage> {
    const shop = await Shop.open(options);
    for (const code of ['review', 'visit']) await shop.save('ActivityType', { code, name: code });
    return new ChallengesStage(shop);
  }

  /** Saves a challenge of three reviews, or whatever `input` says. */
  async save(input: Record<string, unknown> = {}, client: Client = this.shop.admin): Promise<SavedChallenge> {
    const all = { code: 'reviewer', name: 'Reviewer', goal: count('review', 3), ...input };
    return (await client.data<{ saveChallenge: SavedChallenge }>(SAVE, { input: all })).saveChallenge;
  }

  /** Saves a challenge that must not be refused. */
  async offer(input: Record<string, unknown> = {}): Promise<ChallengeData> {
    const { challenge, userErrors } = await this.save(input);
    if (challenge === null) throw new Error(JSON.stringify(userErrors));
    return challenge;
  }

  badge(code: string, more: Record<string, unknown> = {}): Promise<void> {
    return this.shop.save('Badge', { code, name: code, description: `For ${code}.`, ...more });
  }

  async challenge(code: string, client: Client = this.shop.admin): Promise<ChallengeData | null> {
    const document = `query ($code: String!) { challenge(code: $code) { ${CHALLENGE} } }`;
    return (await client.data<{ challenge: ChallengeData | null }>(document, { code })).challenge;
  }

  /** How far everybody together is. @throws Error for a challenge that is not a community's. */
  async community(code: string, client: Client = this.shop.admin): Promise<NonNullable<ChallengeData['community']>> {
    const community = (await this.challenge(code, client))?.community ?? null;
    if (community === null) throw new Error(`${code} is no community challenge.`);
    return community;
  }

  async progressOf(memberId: string, client: Client = this.shop.staff): Promise<ProgressData[]> {
    const document = `query ($id: ID!) { member(id: $id) { challenges { ${PROGRESS} } } }`;
    const { member } = await client.data<{ member: { challenges: ProgressData[] } }>(document, { id: memberId });
    return member.challenges;
  }

  /** How far a member is in one challenge. @throws Error when it is not shown to the member. */
  async progress(memberId: string, code: string): Promise<ProgressData> {
    const found = (await this.progressOf(memberId)).find(({ challenge }) => challenge.code === code);
    if (found === undefined) throw new Error(`The member has no challenge ${code}.`);
    return found;
  }

  /** Records a review, or whatever `input` says, and gives its receipt with all effects. */
  async record(memberId: string, input: Activity = {}, client: Client = this.shop.staff): Promise<RecordedGame> {
    const document = `mutation ($input: RecordActivityInput!) { recordActivity(input: $input) {
      ${RECEIPT} effects { ${EFFECT} } userErrors { code message path retryable details } } }`;
    const all = { idempotencyKey: newId(), type: 'review', memberId, ...input };
    return (await client.data<{ recordActivity: RecordedGame }>(document, { input: all })).recordActivity;
  }

  /** What recording would do. */
  async simulate(memberId: string, input: Activity = {}): Promise<Omit<RecordedGame, 'userErrors'>> {
    const document = `query ($input: RecordActivityInput!) { simulateActivity(input: $input) {
      ${RECEIPT} effects { ${EFFECT} } } }`;
    type Simulated = { simulateActivity: Omit<RecordedGame, 'userErrors'> };
    const all = { idempotencyKey: newId(), type: 'review', memberId, ...input };
    return (await this.shop.staff.data<Simulated>(document, { input: all })).simulateActivity;
  }

  /** Records some reviews, one after the other, and gives the names of the effects of the last. */
  async review(memberId: string, times = 1, input: Activity = {}): Promise<string[]> {
    let names: string[] = [];
    for (let time = 0; time < times; time += 1) {
      names = (await this.record(memberId, input)).effects.map(({ __typename }) => __typename);
    }
    return names;
  }

  /** The codes of a member's badges, sorted. */
  async badgesOf(memberId: string): Promise<string[]> {
    const document = `query ($id: ID!) { member(id: $id) { badges(first: 100) { edges { node { badge { code } } } } } }`;
    type Found = { member: { badges: { edges: { node: { badge: { code: string } } }[] } } };
    const { member } = await this.shop.staff.data<Found>(document, { id: memberId });
    return member.badges.edges.map(({ node }) => node.badge.code).sort();
  }

  /** Resolves when what happened before a challenge is counted. */
  async filled(code: string): Promise<void> {
    await eventually(`${code} is counted`, async () => {
      const filling = (await this.challenge(code))?.filling ?? null;
      return filling !== null && filling.finishedAt !== null && filling.done === filling.total;
    });
  }

  /** Resolves when so many members, over all periods, are paid for a challenge that was completed together. */
  async paid(code: string, members: number): Promise<void> {
    const document = `select count(*)::int as count from challenge_completions
      where challenge_code = $1 and member_id <> '00000000-0000-0000-0000-000000000000'`;
    await eventually(`${members} are paid for ${code}`, async () => {
      const [row] = await this.shop.sql<{ count: number }>(document, [code]);
      return row?.count === members;
    });
  }

  /** Moves the clock so that the programme's present is this instant. */
  travelTo(instant: string): void {
    const { clock } = this.shop.app;
    clock.advance(Date.parse(instant) - clock.now());
  }
}

/** A goal of so many activities of a type. */
export function count(type: string, target: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { activityTypes: [type], target: String(target), ...more };
}

/** The line of a receipt that is about one challenge. */
export function lineOf({ activity }: Pick<RecordedGame, 'activity'>, code: string): TraceLine {
  const line = activity?.trace.rules.find(({ rule }) => rule.kind === 'challenge' && rule.code === code);
  if (line === undefined) throw new Error(`The receipt has no line about ${code}.`);
  return line;
}
