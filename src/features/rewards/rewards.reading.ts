import type { Reader } from '../../platform/reader.ts';
import { Audiences } from '../../rules/audiences.ts';
import { type Availability, availabilityOf, type Buyer, outlookOf } from '../../rules/rewards.ts';
import type { MemberFacts } from '../../rules/types.ts';
import { loadRecords } from '../members/members.directory.ts';
import { type LotRow, readLots, readWallets, type WalletRow } from '../points/points.rows.ts';
import type { ConfigurationStore, ProgramService } from '../program/index.ts';
import { readMemberUsages, readProgrammeUsages } from '../progress/usages.ts';
import { type Ranks, readRanks } from '../tiers/index.ts';
import { memberKey, type RewardRecord, stockKey, termsOf } from './rewards.definitions.ts';

/** What reading availability is made of. */
export interface AvailabilityParts {
  reader: Reader;
  store: ConfigurationStore;
  program: ProgramService;
  /** The programme's present, epoch milliseconds. */
  now: () => number;
}

/** Whether somebody can have a reward. */
export interface Ask {
  reward: RewardRecord;
  /** Null asks for nobody in particular. */
  memberId: string | null;
}

/** Everything about some members that decides what they can have. */
interface Buyers {
  facts: ReadonlyMap<string, { facts: MemberFacts; status: string }>;
  lots: ReadonlyMap<string, LotRow[]>;
  wallets: ReadonlyMap<string, WalletRow>;
  ranks: Ranks;
  redeemed: Awaited<ReturnType<typeof readMemberUsages>>;
}

/** Whether each can be redeemed now, in the order of the asks; any number of them in the same few statements. */
export async function readAvailabilities(parts: AvailabilityParts, asks: readonly Ask[]): Promise<Availability[]> {
  const now = parts.now();
  const rewards = [...new Map(asks.map(({ reward }) => [reward.code, reward])).values()];
  const memberIds = [...new Set(asks.flatMap(({ memberId }) => memberId ?? []))];
  const limited = rewards.filter(({ stock }) => stock !== null).map(({ code }) => stockKey(code));
  const [issued, buyers, program] = await Promise.all([
    readProgrammeUsages(parts.reader, limited),
    readBuyers(parts, memberIds, rewards),
    parts.program.get(),
  ]);
  const audiences = new Audiences(program, now);
  return asks.map(({ reward, memberId }) => {
    const buyer = memberId === null ? null : buyerOf(buyers, memberId, reward, audiences, now);
    const count = issued.get(stockKey(reward.code))?.count ?? 0;
    return availabilityOf(termsOf(reward, buyers.ranks.tiers), count, buyer, now);
  });
}

async function readBuyers(
  { reader, store }: AvailabilityParts,
  memberIds: readonly string[],
  rewards: readonly RewardRecord[],
): Promise<Buyers> {
  const counted = rewards.filter(({ perMember }) => perMember !== null).map(({ code }) => memberKey(code));
  const [records, lots, wallets, redeemed] = await Promise.all([
    loadRecords(reader, memberIds, []),
    readLots(reader, memberIds),
    readWallets(reader, memberIds),
    readMemberUsages(reader, memberIds, counted),
  ]);
  const ranks = await readRanks(
    reader,
    store,
    records.map(({ facts }) => facts),
  );
  return {
    facts: new Map(records.map((record) => [record.facts.id, record])),
    lots: Map.groupBy(lots, ({ memberId }) => memberId),
    ...{ wallets, redeemed, ranks },
  };
}

function buyerOf(
  { facts, lots, wallets, ranks, redeemed }: Buyers,
  memberId: string,
  reward: RewardRecord,
  audiences: Audiences,
  now: number,
): Buyer {
  const member = facts.get(memberId);
  const wallet = wallets.get(memberId);
  if (member === undefined || wallet === undefined) throw new Error(`Member ${memberId} is missing.`);
  return {
    status: member.status,
    inAudience: audiences.include(reward.audience, member.facts),
    rank: ranks.rankOf(memberId),
    redeemed: redeemed.get(memberId)?.get(memberKey(reward.code))?.count ?? 0,
    ...outlookOf(lots.get(memberId) ?? [], wallet.deficit, now),
  };
}
