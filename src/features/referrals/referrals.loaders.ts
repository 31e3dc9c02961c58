import DataLoader from 'dataloader';
import type { Context } from '../../api/context.ts';
import type { FindNode } from '../../api/node.resolver.ts';
import { toListedMember } from '../members/members.access.ts';
import type { MemberRow } from '../members/members.rows.ts';
import type { MembersService } from '../members/members.service.ts';
import type { Member } from '../members/members.types.ts';
import type { ProgramService } from '../program/index.ts';
import { mayReadReferral, toReferral } from './referrals.access.ts';
import type { ReferralRow } from './referrals.rows.ts';
import type { ReferralsService } from './referrals.service.ts';
import type { Referral } from './referrals.types.ts';

/** What resolvers of referrals are made of. */
export interface ReferralsServices {
  referrals: ReferralsService;
  members: MembersService;
  program: ProgramService;
}

/** The referral with this id, or null; of all of a request in one statement. */
export function referralById(
  { referrals }: Pick<ReferralsServices, 'referrals'>,
  context: Context,
  id: string,
): Promise<ReferralRow | null> {
  const loader = context.loader('referrals.byId', () => {
    return new DataLoader<string, ReferralRow | null>(async (ids) => {
      const rows = new Map((await referrals.byIds(ids)).map((row) => [row.id, row]));
      return ids.map((wanted) => rows.get(wanted) ?? null);
    });
  });
  return loader.load(id);
}

/** The referral by which a member came, or null; of all members of a request in one statement. */
export function referralOfMember(
  { referrals }: Pick<ReferralsServices, 'referrals'>,
  context: Context,
  memberId: string,
): Promise<ReferralRow | null> {
  const loader = context.loader('referrals.byReferee', () => {
    return new DataLoader<string, ReferralRow | null>(async (ids) => {
      const rows = new Map((await referrals.ofReferees(ids)).map((row) => [row.refereeId, row]));
      return ids.map((wanted) => rows.get(wanted) ?? null);
    });
  });
  return loader.load(memberId);
}

/** A member of a referral, as far as the viewer may know. */
export async function memberOf(
  { members }: Pick<ReferralsServices, 'members'>,
  context: Context,
  memberId: string,
  referralId: string,
): Promise<Member> {
  const loader = context.loader('referrals.members', () => {
    return new DataLoader<string, MemberRow | null>(async (ids) => {
      const rows = new Map((await members.byIds(ids)).map((row) => [row.id, row]));
      return ids.map((id) => rows.get(id) ?? null);
    });
  });
  const row = await loader.load(memberId);
  if (row === null) throw new Error(`A member of referral ${referralId} is missing.`);
  return toListedMember(row, `${referralId} ${memberId}`, context.viewer);
}

/** The referral that an event tells of. */
export async function referralOfEvent(
  services: Pick<ReferralsServices, 'referrals'>,
  context: Context,
  { live, referralId }: { live?: ReferralRow; referralId: string },
): Promise<Referral> {
  const row = live ?? (await referralById(services, context, referralId));
  if (row === null) throw new Error(`The referral ${referralId} of an event is missing.`);
  return toReferral(row, context.viewer);
}

/** Finds referrals by id, for those who may read them. */
export function findReferralNode(services: Pick<ReferralsServices, 'referrals'>): FindNode {
  return async (id, context) => {
    const row = await services.referrals.find(id);
    return row !== null && mayReadReferral(context.viewer, row) ? toReferral(row, context.viewer) : null;
  };
}
