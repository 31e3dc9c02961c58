import { Field, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { MemberEvent } from './member-events.types.ts';
import { Member } from './members.types.ts';

@ObjectType({ description: 'The answer to `enrollMember`.', simpleResolvers: true })
export class EnrollMemberPayload extends Payload {
  @Field(() => Member, { nullable: true, description: 'The member as it is now; null when the enrolment was refused.' })
  member: Member | null = null;

  @Field(() => [MemberEvent], { description: 'Everything the enrolment caused, in order.' })
  effects: MemberEvent[] = [];

  @Field(() => Boolean, {
    description: 'True when this key enrolled the member before and nothing was done this time.',
  })
  replayed = false;
}

@ObjectType({ description: 'The answer to `updateMember`.', simpleResolvers: true })
export class UpdateMemberPayload extends Payload {
  @Field(() => Member, { nullable: true, description: 'The member now; null when the change was refused.' })
  member: Member | null = null;
}

@ObjectType({ description: 'The answer to `setMemberStatus`.', simpleResolvers: true })
export class SetMemberStatusPayload extends Payload {
  @Field(() => Member, { nullable: true, description: 'The member now; null when the change was refused.' })
  member: Member | null = null;
}
