import { isGranted } from '../../api/authorisation.ts';
import { Role, type Viewer } from '../../api/context.ts';
import { mayReadMember, toMember } from '../members/members.access.ts';
import type { MemberRow } from '../members/members.rows.ts';
import { MemberStatus, Visibility } from '../members/members.words.ts';
import type { LeaderboardRecord } from './leaderboards.definitions.ts';
import type { PlacedRow } from './leaderboards.reading.ts';
import { Leaderboard, LeaderboardEntry, Season } from './leaderboards.types.ts';
import type { SeasonRow } from './seasons.rows.ts';

/** What stands on a board in the place of a name. */
const HIDDEN_NAME = 'Hidden member';
const NAME_WITHOUT_ALIAS = 'Member';

/** Tells whether the viewer sees boards that are not active, and their expressions. */
export function seesAll(viewer: Viewer): boolean {
  return isGranted(viewer, [Role.STAFF]);
}

/** Tells whether a board exists for this viewer. */
export function mayReadBoard(viewer: Viewer, { public: isPublic, status }: LeaderboardRecord): boolean {
  if (seesAll(viewer)) return true;
  return status === 'ACTIVE' && (isPublic || viewer.role !== null);
}

/** The board as this viewer may see it. */
export function toLeaderboard(record: LeaderboardRecord, viewer: Viewer): Leaderboard {
  const hidden = seesAll(viewer) ? {} : { condition: null, audience: null };
  return Object.assign(new Leaderboard(), record, hidden);
}

export function toSeason(row: SeasonRow): Season {
  return Object.assign(new Season(), row);
}

/** Tells whether the viewer may know that an entry is this member's: on asking for one member, a name is not needed to tell. */
export function mayKnow(viewer: Viewer, member: MemberRow): boolean {
  return isPublic(member) || mayReadMember(viewer, member.id);
}

/** A place as this viewer may see it. Its rank and score are everybody's; its name is as visible as the member wants. */
export function toEntry({ rank, score, reachedAt, member }: PlacedRow, viewer: Viewer): LeaderboardEntry {
  const known = mayKnow(viewer, member);
  return Object.assign(new LeaderboardEntry(), {
    rank,
    score,
    reachedAt,
    displayName: known ? member.displayName : publicNameOf(member),
    member: known ? toMember(member, viewer) : null,
  });
}

/** What everybody may call the member. Whoever is suspended, merged or erased keeps the place without a name. */
function publicNameOf({ status, visibility, alias }: MemberRow): string {
  if (status !== MemberStatus.ACTIVE || visibility === Visibility.HIDDEN) return HIDDEN_NAME;
  return alias ?? NAME_WITHOUT_ALIAS;
}

function isPublic({ status, visibility }: MemberRow): boolean {
  return status === MemberStatus.ACTIVE && visibility === Visibility.PUBLIC;
}
