import type { Core } from '../core.ts';
import { toCommand } from '../features/activities/activities.input.ts';
import { Visibility } from '../features/members/members.words.ts';
import { partitionOf } from '../platform/locks.ts';
import type { DemoActivity } from './activities.ts';
import { type Club, DEFAULT_ACTIVITIES_PER_MEMBER, DEFAULT_SEED, drawClub } from './club.ts';
import { badges, challengesAround, tiers } from './game.ts';
import type { DemoMember } from './members.ts';
import { campaignsAround, leaderboards, program, rules } from './program.ts';
import { payReferrals, QUALIFYING_KRONOR, refer, referralProgram } from './referrals.ts';
import { drawRefunds, findLoneBuyer, refund, spendAndReturn } from './refunds.ts';
import { rewards } from './rewards.ts';

/** The source under which the demo's activities are recorded. */
export const DEMO_SOURCE = 'demo';

/** What a first start seeds: enough for every page to look alive, and little enough that nobody waits for it. */
export const FIRST_START = { seed: DEFAULT_SEED, members: 600, activities: 10_000 } as const;

const AUTHOR = { actor: 'command:seed', requestId: null };
const MEMBERS_PER_BATCH = 1_000;
const ACTIVITIES_PER_BATCH = 500;
/** How many members of the demo have redeemed something. */
const REDEEMERS = 24;

/** Transactions under way at a time; members are split between them by lock partition, so that none waits for another. */
const LANES = 2;

/** What seeding needs of the core. */
export type SeedTarget = Pick<
  Core,
  | 'work'
  | 'clock'
  | 'reader'
  | 'program'
  | 'earningRules'
  | 'campaigns'
  | 'members'
  | 'batcher'
  | 'pointsCycle'
  | 'badges'
  | 'tiers'
  | 'challenges'
  | 'rewards'
  | 'redemptions'
  | 'reversals'
  | 'leaderboards'
  | 'referrals'
  | 'enrolment'
>;

export interface SeedOptions {
  seed?: string;
  members: number;
  /** Twelve for each member unless told. */
  activities?: number;
  /** Ends the seeding between two batches; what was recorded stays. */
  signal?: AbortSignal;
  /** Called after each batch with the number of activities recorded so far. */
  onProgress?: (recorded: number) => void;
}

/** True when nobody is a member yet: only then may a demo be put in. */
export async function isEmpty(target: Pick<Core, 'reader'>): Promise<boolean> {
  const rows = await target.reader.query('select from members limit 1');
  return rows.length === 0;
}

/**
 * Puts the demo club into an empty database: settings, rules, campaigns, badges, tiers, challenges, rewards, members, their
 * activities in the order they happened, what has expired since, what some redeemed and some returned, and leaderboards.
 * Everything goes through the ordinary services, and silently but for what is redeemed and returned now.
 * @returns the club, from which a trickle of live activities can go on.
 */
export async function seedDemo(target: SeedTarget, options: SeedOptions): Promise<Club> {
  const now = target.clock.now();
  const activities = options.activities ?? options.members * DEFAULT_ACTIVITIES_PER_MEMBER;
  const club = drawClub({ seed: options.seed ?? DEFAULT_SEED, members: options.members, activities, until: now });
  await target.program.update(program, AUTHOR);
  for (const rule of rules) await target.earningRules.save(rule, AUTHOR);
  for (const campaign of campaignsAround(now)) await target.campaigns.save(campaign, AUTHOR);
  // Badges first: tiers and challenges give them.
  for (const badge of badges) await target.badges.save(badge, AUTHOR);
  for (const tier of tiers) await target.tiers.save(tier, AUTHOR);
  for (const challenge of challengesAround(now)) await target.challenges.save(challenge, AUTHOR);
  for (const reward of rewards) await target.rewards.save(reward, AUTHOR);
  await target.referrals.save(referralProgram, AUTHOR);
  const ids = await enrol(target, club.members);
  const lone = findLoneBuyer(club, QUALIFYING_KRONOR);
  await refer(target, [...ids.values()], ids.get(lone?.memberExternalId ?? '') ?? null);
  await record(target, club.activities, ids, options);
  await payReferrals(target);
  await target.pointsCycle.run();
  await redeemSome(target);
  await refundSome(target, club, now, lone);
  // A board counts what is there when it is saved; that is cheaper than counting along.
  for (const board of leaderboards) await target.leaderboards.save(board, AUTHOR);
  return club;
}

/**
 * Lets those with the most points redeem something, so that members find a voucher and the counter finds something to hand
 * over. Every third voucher has been used.
 */
async function redeemSome({ reader, redemptions }: SeedTarget): Promise<void> {
  const members = await reader.query<{ id: string }>(
    `select w.member_id as id from wallets w join members m on m.id = w.member_id
     where m.status = 'ACTIVE' and w.active >= 500 order by w.active desc, m.joined_at, m.id limit ${REDEEMERS}`,
  );
  const wanted = rewards.filter(({ cost, minimumTier, audience }) => {
    return cost <= 400 && minimumTier === undefined && audience === undefined;
  });
  for (const [index, { id: memberId }] of members.entries()) {
    const { code } = wanted[index % wanted.length] ?? {};
    if (code === undefined) return;
    const wish = { memberId, reward: code, idempotencyKey: `demo-${memberId}` };
    const self = { actor: `member:${memberId}`, requestId: null, byMember: true };
    const { redemption } = await redemptions.redeem(wish, self);
    const use = { redemptionId: redemption.id, idempotencyKey: null };
    if (index % 3 === 2) await redemptions.fulfil(use, { ...AUTHOR, byMember: false });
  }
}

/** Takes some purchases back, one of which leaves its member owing points, and one of which had made a referral count. */
async function refundSome(target: SeedTarget, club: Club, now: number, lone: DemoActivity | null): Promise<void> {
  const drawn = drawRefunds(club, now).filter(({ purchase }) => purchase !== lone?.idempotencyKey);
  const undone = lone === null ? [] : [{ purchase: lone.idempotencyKey, fraction: '1', reason: 'Everything returned' }];
  await refund(target, DEMO_SOURCE, [...drawn, ...undone]);
  const voucher = rewards.find(({ code }) => code === 'two-hundred-kronor');
  if (voucher !== undefined) await spendAndReturn(target, voucher);
}

async function enrol(target: SeedTarget, members: readonly DemoMember[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (let at = 0; at < members.length; at += MEMBERS_PER_BATCH) {
    const batch = members.slice(at, at + MEMBERS_PER_BATCH);
    const locks = batch.map((member) => `external:${member.externalId}`);
    const enrolled = await target.work.run({ name: 'demo.enrol', locks, notify: false }, (tx) =>
      target.members.enrolManyIn(tx, batch.map(draftOf)),
    );
    for (const { member } of enrolled) if (member.externalId !== null) ids.set(member.externalId, member.id);
  }
  return ids;
}

function draftOf(member: DemoMember) {
  return { ...member, visibility: Visibility[member.visibility], joinedAt: new Date(member.joinedAt) };
}

async function record(
  target: SeedTarget,
  activities: readonly DemoActivity[],
  ids: ReadonlyMap<string, string>,
  { signal, onProgress }: SeedOptions,
): Promise<void> {
  const lanes: DemoActivity[][] = Array.from({ length: LANES }, () => []);
  for (const activity of activities) {
    lanes[partitionOf(ids.get(activity.memberExternalId) ?? '') % LANES]?.push(activity);
  }
  let recorded = 0;
  const run = async (lane: readonly DemoActivity[]) => {
    for (let at = 0; at < lane.length && !signal?.aborted; at += ACTIVITIES_PER_BATCH) {
      const batch = lane.slice(at, at + ACTIVITIES_PER_BATCH);
      const outcomes = await target.batcher.recordSilently(batch.map((activity) => commandOf(activity, ids)));
      for (const outcome of outcomes) if (outcome.kind === 'refused') throw outcome.refusal;
      recorded += batch.length;
      onProgress?.(recorded);
    }
  };
  await Promise.all(lanes.map(run));
}

/** A drawn activity as the recorder takes it. */
function commandOf({ memberExternalId, occurredAt, ...activity }: DemoActivity, ids: ReadonlyMap<string, string>) {
  const who = { memberId: ids.get(memberExternalId) ?? null, enrollIfUnknown: false };
  const input = { ...activity, ...who, occurredAt: new Date(occurredAt) };
  return toCommand(input, { memberId: null, actor: DEMO_SOURCE });
}
