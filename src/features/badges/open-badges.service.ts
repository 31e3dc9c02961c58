import type { ActivityTypesService } from '../activities/activity-types.service.ts';
import type { MemberRow } from '../members/index.ts';
import { publicNameOf } from '../members/members.access.ts';
import type { MembersService } from '../members/members.service.ts';
import { MemberStatus } from '../members/members.words.ts';
import type { ProgramService } from '../program/index.ts';
import type { BadgeAwardsService } from './badge-awards.service.ts';
import type { BadgeRecord } from './badges.definitions.ts';
import type { AwardRow } from './badges.rows.ts';
import type { BadgesService } from './badges.service.ts';
import { type CredentialFacts, jwtPayloadOf, openBadgeCredential, type Recipient } from './open-badges.credential.ts';
import type { Issuer } from './open-badges.issuer.ts';

export interface OpenBadgesParts {
  badges: BadgesService;
  badgeAwards: BadgeAwardsService;
  members: MembersService;
  program: ProgramService;
  activityTypes: ActivityTypesService;
}

/** An award as everybody may see it on its own page. */
export interface PublicAward {
  award: AwardRow;
  badge: BadgeRecord;
  programName: string;
  /** Null: the member does not want to be named. */
  holder: string | null;
  /** As unsigned JSON-LD, without a recipient. */
  credential: Record<string, unknown>;
}

/** Makes awards portable: credentials for their members, and what others verify them by. */
export class OpenBadges {
  readonly issuer: Issuer;
  readonly #parts: OpenBadgesParts;

  constructor(issuer: Issuer, parts: OpenBadgesParts) {
    this.issuer = issuer;
    this.#parts = parts;
  }

  /** The award as a signed credential; null once it is revoked. */
  async export(award: AwardRow): Promise<string | null> {
    if (award.revokedAt !== null) return null;
    const { badge, member } = await this.#partiesOf(award);
    return this.issuer.sign(jwtPayloadOf(openBadgeCredential(await this.#factsOf(award, badge, member))));
  }

  /**
   * What everybody may know of an award; null when there is none.
   * @param token what the member has added to the address to be named, if anything
   */
  async shown(awardId: string, token: string | null): Promise<PublicAward | null> {
    const award = await this.#parts.badgeAwards.find(awardId);
    if (award === null) return null;
    const { badge, member } = await this.#partiesOf(award);
    const facts = await this.#factsOf(award, badge, null);
    const isShared = token !== null && this.issuer.isShareToken(award.id, token);
    return {
      award,
      badge,
      programName: facts.programName,
      holder: holderOf(member, isShared),
      credential: openBadgeCredential(facts),
    };
  }

  /** One award, or null. */
  find(awardId: string): Promise<AwardRow | null> {
    return this.#parts.badgeAwards.find(awardId);
  }

  async #partiesOf(award: AwardRow): Promise<{ badge: BadgeRecord; member: MemberRow }> {
    const [badge, member] = await Promise.all([
      this.#parts.badges.find(award.badgeCode),
      this.#parts.members.byId(award.memberId),
    ]);
    if (badge === null || member === null) throw new Error(`The badge or the member of award ${award.id} is missing.`);
    return { badge, member };
  }

  async #factsOf(award: AwardRow, badge: BadgeRecord, recipient: Recipient | null): Promise<CredentialFacts> {
    const [{ name, currencyCode }, hidden] = await Promise.all([
      this.#parts.program.get(),
      this.#parts.activityTypes.privateCodes(),
    ]);
    const isPrivate = badge.goal?.activityTypes.some((type) => hidden.has(type)) ?? false;
    const { did: issuerDid, publicUrl } = this.issuer;
    const goal = isPrivate ? null : badge.goal;
    return { award, badge, goal, programName: name, currencyCode, issuerDid, publicUrl, recipient };
  }
}

/** Sharing names an active member by the display name; otherwise the visibility decides, as everywhere. */
function holderOf(member: MemberRow, isShared: boolean): string | null {
  if (member.status !== MemberStatus.ACTIVE) return null;
  if (isShared) return member.displayName;
  return member.visibility === 'HIDDEN' ? null : publicNameOf(member);
}
