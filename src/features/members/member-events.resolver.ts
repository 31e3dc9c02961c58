import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';
import { ownMemberOr, requireMember } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { boundLater, type StartStream, type Streaming } from '../../api/streams.ts';
import { decodeCursor } from '../../platform/cursor.ts';
import type { Hub } from '../../platform/hub.ts';
import type { StoredEvent } from '../../platform/outbox.ts';
import { streamEvents } from '../../platform/stream.ts';
import type { UnitOfWork } from '../../platform/tx.ts';
import { MemberEvent, toEvent } from './member-events.types.ts';
import { memberLoader } from './members.loader.ts';
import type { MembersService } from './members.service.ts';
import { Member } from './members.types.ts';

@Resolver(() => MemberEvent)
export class MemberEventsResolver implements Streaming {
  readonly #members: MembersService;
  readonly #work: Pick<UnitOfWork, 'read'>;
  readonly #hub: Hub<StoredEvent>;

  constructor(members: MembersService, work: Pick<UnitOfWork, 'read'>, hub: Hub<StoredEvent>) {
    this.#members = members;
    this.#work = work;
    this.#hub = hub;
  }

  streams(): Record<string, StartStream> {
    return { memberEvents: (args, context) => this.#follow(args, context) };
  }

  @Subscription(() => MemberEvent, {
    subscribe: boundLater,
    description:
      'Everything that happens to one member, in order. With `after`, first all since that cursor, then live: nothing missed, nothing twice. Members follow themselves, staff and administrators anybody.',
  })
  memberEvents(
    @Root() event: StoredEvent & { memberId: string },
    @Arg('memberId', () => ID, { nullable: true, description: "Whose events; a member's own token may leave it out." })
    _memberId: string | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last event you have seen.' })
    _after: string | null,
  ): MemberEvent {
    return toEvent(event);
  }

  @FieldResolver(() => Member, { description: 'Whom it happened to.' })
  member(@Root() event: MemberEvent, @Ctx() context: Context): Promise<Member> {
    return memberLoader(context, this.#members).load(event.memberId);
  }

  #follow(args: Record<string, unknown>, { viewer }: Context): AsyncIterable<StoredEvent> {
    const { memberId, after } = args as { memberId?: string | null; after?: string | null };
    const followed = memberId ?? requireMember(viewer);
    ownMemberOr(viewer, followed, Role.STAFF);
    const position = after == null ? null : decodeCursor(after);
    return streamEvents(this.#hub, this.#work, { topics: `member:${followed}`, memberId: followed, after: position });
  }
}
