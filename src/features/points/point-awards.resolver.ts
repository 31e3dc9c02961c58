import { Arg, Ctx, FieldResolver, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../../api/context.ts';
import { boundLater, type SharedStart, type Streaming } from '../../api/streams.ts';
import { decodeCursor } from '../../platform/cursor.ts';
import type { Hub } from '../../platform/hub.ts';
import type { StoredEvent } from '../../platform/outbox.ts';
import type { UnitOfWork } from '../../platform/tx.ts';
import { isPublicMember, mayReadMember, toMember } from '../members/members.access.ts';
import { Member } from '../members/members.types.ts';
import { type AwardSources, streamAwards } from './point-awards.ts';
import { PointAward } from './point-awards.types.ts';

@Resolver(() => PointAward)
export class PointAwardsResolver implements Streaming {
  readonly #sources: AwardSources;
  readonly #work: Pick<UnitOfWork, 'read'>;
  readonly #hub: Hub<StoredEvent>;

  constructor(sources: AwardSources, work: Pick<UnitOfWork, 'read'>, hub: Hub<StoredEvent>) {
    this.#sources = sources;
    this.#work = work;
    this.#hub = hub;
  }

  streams(): Record<string, SharedStart> {
    const sameForAll = ['cursor', 'displayName', 'points', 'reason', 'activityType', 'occurredAt'];
    return {
      pointAwards: {
        start: (args) => this.#follow(args),
        sharing: { kind: 'events', when: ({ after }) => after == null },
        sameForAll: ['Subscription.pointAwards', ...sameForAll.map((name) => `PointAward.${name}`)],
      },
    };
  }

  @Subscription(() => PointAward, {
    subscribe: boundLater,
    description:
      'Every award of points in the programme as it happens, for a ticker on a wall or a page; open to everybody. With `after`, first all since that cursor, then live: nothing missed, nothing twice. Imports are silent.',
  })
  pointAwards(
    @Root() award: PointAward,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last award you have seen.' })
    _after: string | null,
    @Arg('activityType', () => String, { nullable: true, description: 'Only for activities of the type of this code.' })
    _activityType: string | null,
  ): PointAward {
    return award;
  }

  @FieldResolver(() => Member, {
    nullable: true,
    description: 'The member; null unless it is PUBLIC, yourself, or you may read any member.',
  })
  member(@Root() { row }: PointAward, @Ctx() { viewer }: Context): Member | null {
    return isPublicMember(row) || mayReadMember(viewer, row.id) ? toMember(row, viewer) : null;
  }

  #follow(args: Record<string, unknown>): AsyncIterable<PointAward> {
    const { after, activityType } = args as { after?: string | null; activityType?: string | null };
    const position = after == null ? null : decodeCursor(after);
    const request = { after: position, activityType: activityType ?? null };
    return streamAwards(this.#hub, this.#work, this.#sources, request);
  }
}
