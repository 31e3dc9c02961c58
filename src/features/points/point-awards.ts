import type { Hub } from '../../platform/hub.ts';
import type { StoredEvent } from '../../platform/outbox.ts';
import { type ItemStream, mapPages, type StreamRequest, streamPages } from '../../platform/stream.ts';
import type { UnitOfWork } from '../../platform/tx.ts';
import type { MemberRow } from '../members/index.ts';
import { publicNameOf } from '../members/members.access.ts';
import { PointAward } from './point-awards.types.ts';

/** Awards that may wait in one stream: a bulk of 1,000 activities can bring some thousands at once, and they are shared. */
const BOUND = 20_000;
const POINTS_EARNED = 'PointsEarned';

/** Where awards find what they show. */
export interface AwardSources {
  /** Members by id, in any order; unknown ids are missing. */
  findMembers(ids: readonly string[]): Promise<MemberRow[]>;
  /** The codes of the activity types that are not public: awards for them are nobody else's business. */
  findPrivateTypes(): Promise<ReadonlySet<string>>;
}

export interface AwardsRequest {
  after: StreamRequest['after'];
  /** Only awards for activities of this type; null for all. */
  activityType: string | null;
}

/**
 * The programme's awards: replayed after a cursor, then live. Members are read as they are at this moment, one statement for all
 * awards that came together, so a member who has just hidden is hidden here.
 */
export function streamAwards(
  hub: Hub<StoredEvent>,
  work: Pick<UnitOfWork, 'read'>,
  sources: AwardSources,
  { after, activityType }: AwardsRequest,
): ItemStream<PointAward> {
  const wanted = ({ type, payload }: StoredEvent) =>
    type === POINTS_EARNED && (activityType === null || payload.activityType === activityType);
  const request = { topics: `type:${POINTS_EARNED}`, memberId: null, after, wanted, bound: BOUND };
  return mapPages(streamPages(hub, work, request), (events) => awardsOf(events, sources));
}

async function awardsOf(events: readonly StoredEvent[], sources: AwardSources): Promise<PointAward[]> {
  const ids = [...new Set(events.map(memberOf))];
  const [members, privateTypes] = await Promise.all([sources.findMembers(ids), sources.findPrivateTypes()]);
  const rows = new Map(members.map((row) => [row.id, row]));
  return events.flatMap((event) => {
    const row = rows.get(memberOf(event));
    return row === undefined || privateTypes.has(String(event.payload.activityType)) ? [] : [awardOf(event, row)];
  });
}

function memberOf({ memberId }: StoredEvent): string {
  return memberId ?? '';
}

function awardOf({ cursor, occurredAt, payload }: StoredEvent, row: MemberRow): PointAward {
  const { points, reason, activityType } = payload as { points: number; reason?: string; activityType?: string };
  const told = { points, reason: reason ?? 'Points', activityType: activityType ?? null };
  return Object.assign(new PointAward(), { cursor, occurredAt, displayName: publicNameOf(row), row, ...told });
}
