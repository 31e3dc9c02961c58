import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';
import { ownMemberOr, requireMember } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { boundLater, type StartStream, type Streaming } from '../../api/streams.ts';
import type { Hub } from '../../platform/hub.ts';
import type { StoredEvent } from '../../platform/outbox.ts';
import { streamEvents } from '../../platform/stream.ts';
import type { UnitOfWork } from '../../platform/tx.ts';
import { ReferralChainEventKind } from './referrals.enums.ts';
import { type ChainChange, REFERRAL_CHAIN_CHANGED } from './referrals.events.ts';
import { type ReferralsServices, referralOfEvent } from './referrals.loaders.ts';
import { Referral, ReferralChainEvent } from './referrals.types.ts';

/** What an announced change holds. */
interface ChainPayload {
  kind: ChainChange;
  referralId: string;
  ancestors: readonly string[];
}

@Resolver(() => ReferralChainEvent)
export class ReferralChainResolver implements Streaming {
  readonly #services: ReferralsServices;
  readonly #work: Pick<UnitOfWork, 'read'>;
  readonly #hub: Hub<StoredEvent>;

  constructor(services: ReferralsServices, work: Pick<UnitOfWork, 'read'>, hub: Hub<StoredEvent>) {
    this.#services = services;
    this.#work = work;
    this.#hub = hub;
  }

  streams(): Record<string, StartStream> {
    return { referralChainUpdated: (args, context) => this.#follow(args, context) };
  }

  @Subscription(() => ReferralChainEvent, {
    subscribe: boundLater,
    description:
      'What happens in the chain below a member, down to ten steps: somebody joins, a referral counts, is paid, is turned down or is reversed. Members follow their own chain, staff and administrators any. After a lost connection read `referralChain` anew.',
  })
  referralChainUpdated(
    @Root() { payload, occurredAt }: StoredEvent,
    @Arg('memberId', () => ID, { nullable: true, description: "Whose chain; a member's own token may leave it out." })
    memberId: string | null,
    @Ctx() { viewer }: Context,
  ): ReferralChainEvent {
    const { kind, referralId, ancestors } = payload as unknown as ChainPayload;
    const depth = ancestors.indexOf(memberId?.toLowerCase() ?? viewer.memberId ?? '') + 1;
    return Object.assign(new ReferralChainEvent(), {
      ...{ kind: ReferralChainEventKind[kind], referralId, depth, occurredAt },
    });
  }

  @FieldResolver(() => Referral, { description: 'The referral as it is now.' })
  referral(@Root() event: ReferralChainEvent, @Ctx() context: Context): Promise<Referral> {
    return referralOfEvent(this.#services, context, event);
  }

  #follow({ memberId }: Record<string, unknown>, { viewer }: Context): AsyncIterable<StoredEvent> {
    const followed = (memberId as string | null | undefined)?.toLowerCase() ?? requireMember(viewer);
    ownMemberOr(viewer, followed, Role.STAFF);
    return streamEvents(this.#hub, this.#work, {
      topics: `type:${REFERRAL_CHAIN_CHANGED}`,
      memberId: null,
      after: null,
      wanted: ({ payload }) => (payload as unknown as ChainPayload).ancestors.includes(followed),
    });
  }
}
