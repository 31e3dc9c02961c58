import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import { DateTime } from '../../api/scalars.ts';
import type { Effect } from '../../recording/commands.ts';

/** The event as resolvers hand it out. Mutations, receipts and subscriptions all use this one form. */
export function toEvent({ payload, type, id, cursor, memberId, occurredAt, live }: Effect): MemberEvent {
  // Named one by one: taking "all the rest" of an object costs more than the rest of this.
  const event = { ...payload, type, id, cursor, memberId, occurredAt };
  return live === undefined ? event : Object.assign(event, { live });
}

/** The name of an event's GraphQL type. */
export function eventTypeName(event: MemberEvent): string {
  return event.type;
}

@InterfaceType('MemberEvent', {
  description:
    'One thing that happened to one member. The mutation that caused it and the subscriptions that push it give the same object with the same id and cursor.',
})
export abstract class MemberEvent {
  @Field(() => ID, { description: 'A UUIDv7 of the event itself.' })
  id!: string;

  @Field(() => String, { description: 'Its place in the stream of events: hand it to `after` to resume behind it.' })
  cursor!: string;

  @Field(() => DateTime, { description: 'When it took effect, in the time of the activity that caused it.' })
  occurredAt!: number;

  /** The GraphQL type's name. */
  type!: string;
  memberId!: string;
}

@ObjectType({ implements: MemberEvent, description: 'The member joined the programme.' })
export class MemberEnrolled extends MemberEvent {}
