import { durationMs } from '../../api/duration.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect, MemberRecord } from '../../recording/commands.ts';
import { Audiences } from '../../rules/audiences.ts';
import { type Availability, availabilityOf, type Block, type Buyer, memberBlock } from '../../rules/rewards.ts';
import type { UsageKey } from '../../rules/types.ts';
import { loadRecords } from '../members/members.directory.ts';
import { newEntryId } from '../points/entry-ids.ts';
import { settleIn } from '../points/points.cycle.ts';
import { debitIn } from '../points/points.debits.ts';
import { readWallets } from '../points/points.rows.ts';
import type { ConfigurationStore, ProgramService } from '../program/index.ts';
import { loadUsages, type UsageBook } from '../progress/usages.ts';
import { readRanks } from '../tiers/index.ts';
import { emitRedemptionIn, REWARD_REDEEMED } from './redemptions.events.ts';
import { insertRedemption, type RedemptionRow } from './redemptions.rows.ts';
import { type AskedTier, memberKey, REWARD, type RewardRecord, stockKey, termsOf } from './rewards.definitions.ts';
import type { RewardsService } from './rewards.service.ts';
import { drawVoucherCode } from './voucher-codes.ts';

/** What issuing is made of. */
export interface IssuingParts {
  rewards: RewardsService;
  store: ConfigurationStore;
  program: ProgramService;
}

/** Who redeems what, and by whose hand. */
export interface Wish {
  memberId: string;
  /** The reward's code. */
  reward: string;
  actor: string;
}

export interface Issued {
  redemption: RedemptionRow;
  effects: Effect[];
}

/**
 * Redeems a reward inside a transaction that locks the member: the debit, the voucher, a piece of the stock and the
 * member's turn, or none of them.
 * @throws Refusal with the first of the codes of `availabilityOf`, or NOT_FOUND; nothing is written then.
 */
export async function issueIn(tx: Tx, parts: IssuingParts, { memberId, reward: code, actor }: Wish): Promise<Issued> {
  const [member] = await loadRecords(tx, [memberId], []);
  if (member === undefined) throw unknownMember();
  const block = memberBlock(member.status);
  if (block !== null) throw refusalOf(block);
  const reward = await parts.rewards.findIn(tx, code);
  // A draft is nobody's business yet.
  if (reward === null || reward.status === 'DRAFT') throw unknownReward();
  await settleIn(tx, [memberId]);
  const keys = usageKeys(memberId, reward);
  const book = await loadUsages(tx, keys);
  const availability = await availabilityIn(tx, parts, member, reward, book);
  if (!availability.available) throw refusalOf(availability);
  const rule = { kind: REWARD, code, version: reward.version, name: reward.name };
  const reason = `Redeemed: ${reward.name}`;
  const spent = await debitIn(tx, { memberId, points: reward.cost, rule, reason, actor });
  const redemption = redemptionOf(tx, reward, { memberId, actor, entryId: spent.entry.id });
  redemption.uses = spent.uses.map(({ lotId, points }) => [lotId, points]);
  await insertRedemption(tx, redemption);
  book.add(keys.map((key) => ({ ...key, count: 1, points: 0 })));
  await book.write(tx);
  return { redemption, effects: [spent.effect, await emitRedemptionIn(tx, REWARD_REDEEMED, redemption)] };
}

/**
 * Gives the piece and the member's turn back, inside a transaction that locks the member.
 * @param reward as it is now: what has no limit any more is not counted.
 */
export async function giveBackIn(tx: Tx, memberId: string, reward: RewardRecord): Promise<void> {
  const keys = usageKeys(memberId, reward);
  const book = await loadUsages(tx, keys);
  const used = keys.filter((key) => book.usageOf(key).count > 0);
  book.add(used.map((key) => ({ ...key, count: -1, points: 0 })));
  await book.write(tx);
}

/** The member's turns are always counted, pieces only where they are limited: see RewardsService.save. */
function usageKeys(memberId: string, { code, stock }: RewardRecord): UsageKey[] {
  const own = { memberId, key: memberKey(code) };
  return stock === null ? [own] : [own, { memberId: null, key: stockKey(code) }];
}

async function availabilityIn(
  tx: Tx,
  { store, program }: IssuingParts,
  { facts, status }: MemberRecord,
  reward: RewardRecord,
  book: UsageBook,
): Promise<Availability> {
  const ranks = reward.minimumTier === null ? null : await readRanks(tx, store, [facts]);
  const audiences = reward.audience === null ? null : new Audiences(await program.getIn(tx), tx.now);
  const wallet = (await readWallets(tx, [facts.id])).get(facts.id);
  const buyer: Buyer = {
    status,
    inAudience: audiences?.include(reward.audience, facts) ?? true,
    rank: ranks?.rankOf(facts.id) ?? null,
    redeemed: book.usageOf({ memberId: facts.id, key: memberKey(reward.code) }).count,
    ...{ spendable: wallet?.active ?? 0, owed: wallet?.deficit ?? 0 },
    prospects: [],
  };
  const issued = book.usageOf({ memberId: null, key: stockKey(reward.code) }).count;
  return availabilityOf(termsOf(reward, ranks?.tiers ?? NO_TIERS), issued, buyer, tx.now);
}

const NO_TIERS: ReadonlyMap<string, AskedTier> = new Map();

function redemptionOf(
  tx: Tx,
  { code, version, name, kind, cost, validFor, fulfilment }: RewardRecord,
  by: Pick<RedemptionRow, 'memberId' | 'actor' | 'entryId'>,
): RedemptionRow {
  const nothingYet = { fulfilledAt: null, fulfilledBy: null, cancelledAt: null, cancelledBy: null, cancelReason: null };
  return {
    ...{ id: newEntryId(tx), rewardCode: code, rewardVersion: version, name, kind, cost, ...by },
    status: fulfilment === 'MANUAL' ? 'PENDING' : 'ISSUED',
    ...{ voucherCode: drawVoucherCode(), uses: [], refundEntryId: null, createdAt: tx.now },
    expiresAt: validFor === null ? null : tx.now + durationMs(validFor),
    ...nothingYet,
  };
}

function refusalOf({ code, reason, details }: Block): Refusal {
  if (code === null) throw new Error('What is available is not refused.');
  const path = ['input', code === 'MEMBER_NOT_ACTIVE' ? 'memberId' : 'reward'];
  return new Refusal(ErrorCode[code], reason ?? code, { path, ...(details === null ? {} : { details }) });
}

function unknownMember(): Refusal {
  const message = 'There is no member with this id. Check memberId.';
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: ['input', 'memberId'] });
}

function unknownReward(): Refusal {
  const message = 'There is no reward with this code. The query rewards lists those there are.';
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: ['input', 'reward'] });
}
