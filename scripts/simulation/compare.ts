import { verifyGoals } from '../../src/features/filling/index.ts';
import { verifyScores } from '../../src/features/leaderboards/verify-scores.ts';
import { verifyLedger } from '../../src/features/points/verify-ledger.ts';
import { verifyReferrals } from '../../src/features/referrals/index.ts';
import { verifyRedemptions } from '../../src/features/rewards/index.ts';
import { agree, Difference } from './difference.ts';
import { LEDGER, MEMBER_STATE, SHARED_STATE } from './documents.ts';
import { budgetLeft } from './model/earning.ts';
import type { Model, Person } from './model/model.ts';
import type { EntryKind } from './model/purse.ts';
import type { Programme } from './programme.ts';
import type { Ids } from './sender.ts';
import type { SimulatedServer } from './server.ts';

interface MemberState {
  status: string;
  wallet: Record<string, number> & { expiring: { expiresAt: string; points: number }[] };
  tier: { tier: { code: string } | null; keepUntil: string | null; toKeep: string | null; toNext: string | null };
  badges: { edges: { node: { revokedAt: string | null; badge: { code: string } } }[] };
  challenges: { challenge: { code: string }; status: string; progress: string; timesCompleted: number }[];
  redemptions: { edges: { node: { id: string; status: string } }[] };
  standing: { rank: number; score: number } | null;
  ledger: LedgerPage;
  referredBy: { status: string; flags: string[] | null; points: number; referrer: { id: string } } | null;
}

interface LedgerPage {
  edges: { node: { kind: EntryKind; points: number; balanceAfter: number } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** What is compared of a member, as both sides say it. */
type Figures = Record<string, unknown>;

/** The server's times lie within half a minute behind the model's, which stand on whole half minutes. */
const GRID_MS = 30_000;
const FAR_MS = 400 * 86_400_000;

/** Compares every member and everything that is shared, and has the server's own audits look. @throws Difference */
export async function compareAll(server: SimulatedServer, programme: Programme, model: Model, ids: Ids): Promise<void> {
  for (const person of model.people.values()) {
    const id = ids.people.get(person.name)?.id ?? '';
    const { member } = await server.send<{ member: MemberState }>(MEMBER_STATE, { id });
    const actual: Figures = { ...figuresOf(member, ids), ...(await readLedger(server, id, member.ledger)) };
    for (const [name, value] of Object.entries(expectedOf(person, programme, model))) {
      agree(`${name} of ${person.name}`, actual[name], value);
    }
  }
  await compareShared(server, programme, model);
}

/** Runs every audit of the command verify-ledger. @throws Difference when one of them finds anything. */
export async function audit({ core: { orm } }: SimulatedServer): Promise<void> {
  const reports = [
    await verifyLedger(orm),
    await verifyScores(orm),
    await verifyGoals(orm),
    await verifyRedemptions(orm),
    await verifyReferrals(orm),
  ];
  const [first] = reports.flatMap(({ differences }) => differences);
  if (first !== undefined) throw new Difference(`verify-ledger says: ${first.check}: ${first.message}`);
}

function figuresOf(
  { status, wallet, tier, badges, challenges, redemptions, referredBy, standing }: MemberState,
  ids: Ids,
): Figures {
  const { expiring, ...points } = wallet;
  const names = new Map([...ids.redemptions].map(([name, { id }]) => [id, name]));
  const members = new Map([...ids.people].map(([name, { id }]) => [id, name]));
  const given = badges.edges.map(({ node }) => `${node.badge.code}${node.revokedAt === null ? '' : ' revoked'}`);
  return {
    status,
    wallet: points,
    'expiring points': summed(expiring.map(({ expiresAt, points }) => [Date.parse(expiresAt), points])),
    tier: tier.tier?.code,
    'time to keep the tier': tier.keepUntil && onGrid(Date.parse(tier.keepUntil)),
    'points to keep the tier': Number(tier.toKeep),
    'points to the next tier': tier.toNext && Number(tier.toNext),
    badges: given.sort(),
    challenges: Object.fromEntries(
      challenges.map(({ challenge: { code }, progress, ...rest }) => {
        return [code, { ...rest, progress: millionths(Number(progress)) }];
      }),
    ),
    'place on the board': standing,
    redemptions: redemptions.edges.map(({ node }) => `${names.get(node.id)} ${node.status}`).sort(),
    referral: referredBy && {
      ...{ status: referredBy.status, flags: [...(referredBy.flags ?? [])].sort(), points: referredBy.points },
      referrer: members.get(referredBy.referrer.id),
    },
  };
}

function expectedOf(person: Person, programme: Programme, model: Model): Figures {
  const { name, isActive, purse, game } = person;
  const { gold, challenge } = programme;
  const { now } = model;
  const unit = gold.metric === 'VALUE_SPENT' ? 100 : 1;
  const missing = Math.max(0, gold.threshold - game.towardsGold(now)) / unit;
  const stands = game.challenge(now);
  const together = model.together.shown(name);
  const referral = model.referring.referrals.get(name);
  const own = [...model.redeeming.all.values()].filter(({ member }) => member === name);
  return {
    status: isActive ? 'ACTIVE' : 'SUSPENDED',
    wallet: {
      ...{ active: purse.spendable(), pending: purse.pending() },
      ...{ lifetimeEarned: purse.earned, lifetimeSpent: purse.spent, lifetimeExpired: purse.expired },
      ...{ lifetimeReversed: purse.reversed, deficit: purse.owed },
    },
    'expiring points': summed(
      purse.lots
        .filter(({ waits, left, expiresAt }) => !waits && left > 0 && expiresAt - now < FAR_MS)
        .map(({ expiresAt, left }) => [expiresAt, left]),
    ),
    tier: game.isGold ? 'gold' : 'start',
    'time to keep the tier': game.keepUntil && onGrid(game.keepUntil),
    'points to keep the tier': game.isGold ? missing : 0,
    'points to the next tier': game.isGold ? null : missing,
    badges: game.awards.map(({ badge, revoked }) => `${badge}${revoked ? ' revoked' : ''}`).sort(),
    challenges: {
      three: { ...stands, progress: millionths(stands.progress / (challenge.goal.measure === 'COUNT' ? 1 : 100)) },
      together: { ...together, progress: millionths(together.progress) },
    },
    'place on the board': placeOf(person, model),
    redemptions: own.map((one) => `${one.name} ${model.redeeming.statusOf(one, now)}`).sort(),
    referral:
      referral === undefined
        ? null
        : {
            ...{ status: referral.status, flags: [...referral.flags].sort(), referrer: referral.referrer },
            points: referral.rewards.find(({ member }) => member === referral.referrer)?.points ?? 0,
          },
    'sums of the ledger': withoutZeros(purse.sums),
    'balance of the last entry': purse.spendable() + purse.pending() - purse.owed,
    'balances of the ledger': 'add up',
  };
}

/** Where somebody stands among all who have earned anything; nowhere without. */
function placeOf({ game }: Person, { people }: Model): { rank: number; score: number } | null {
  const score = game.score();
  if (score === 0) return null;
  const better = [...people.values()].filter((other) => other.game.score() > score);
  return { rank: better.length + 1, score };
}

/** The sums of a member's ledger by kind, and whether each balance is the one before and its points. */
async function readLedger(server: SimulatedServer, id: string, first: LedgerPage): Promise<Figures> {
  const pages = [first];
  for (let page = first; page.pageInfo.hasNextPage; pages.push(page)) {
    const variables = { id, after: page.pageInfo.endCursor };
    page = (await server.send<{ member: { ledger: LedgerPage } }>(LEDGER, variables)).member.ledger;
  }
  const entries = pages.flatMap(({ edges }) => edges.map(({ node }) => node)).reverse();
  const sums: Partial<Record<EntryKind, number>> = {};
  let balance = 0;
  let isRight = true;
  for (const { kind, points, balanceAfter } of entries) {
    sums[kind] = (sums[kind] ?? 0) + points;
    balance += points;
    isRight &&= balanceAfter === balance;
  }
  return {
    'sums of the ledger': withoutZeros(sums),
    'balance of the last entry': balance,
    'balances of the ledger': isRight ? 'add up' : entries,
  };
}

interface SharedState {
  rewards: { edges: { node: { code: string; stock: number | null } }[] };
  campaigns: { code: string; budgetRemaining: number | null }[];
  badges: { code: string; awardedCount: number; remaining: number | null }[];
}

async function compareShared(server: SimulatedServer, { rewards, campaign, badges }: Programme, model: Model) {
  const state = await server.send<SharedState>(SHARED_STATE);
  for (const { node } of state.rewards.edges) {
    const reward = rewards.find(({ code }) => code === node.code);
    if (reward !== undefined) agree(`the stock of ${node.code}`, node.stock, model.redeeming.left(reward));
  }
  const left = campaign.budget === null ? null : budgetLeft(campaign.budget, model.grants);
  agree('the budget of the campaign', state.campaigns[0]?.budgetRemaining, left);
  for (const { code, awardedCount, remaining } of state.badges) {
    const badge = badges.find((one) => one.code === code);
    if (badge === undefined) continue;
    const given = model.given.get(badge.code) ?? 0;
    const awards = [...model.people.values()].flatMap(({ game }) => game.awards);
    const held = awards.filter((award) => award.badge === code && !award.revoked).length;
    agree(`the awards of ${code}`, awardedCount, held);
    agree(`what is left of ${code}`, remaining, badge.limit === null ? null : badge.limit - given);
  }
}

function summed(parts: readonly (readonly [atMs: number, points: number])[]): [number, number][] {
  const sums = new Map<number, number>();
  for (const [atMs, points] of parts) sums.set(onGrid(atMs), (sums.get(onGrid(atMs)) ?? 0) + points);
  return [...sums].sort(([one], [two]) => one - two);
}

function withoutZeros(sums: Partial<Record<EntryKind, number>>): object {
  return Object.fromEntries(Object.entries(sums).filter(([, points]) => points !== 0));
}

function millionths(amount: number): number {
  return Math.round(amount * 1e6);
}

function onGrid(atMs: number): number {
  return Math.floor(atMs / GRID_MS) * GRID_MS;
}
