import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { MayRefuse } from '../../api/refusing-properties.ts';
import { DateTime, JSONObject, TimeZone } from '../../api/scalars.ts';
import { connectionOf, Node } from '../../api/types.ts';
import type * as rows from './members.entity.ts';
import { MemberStatus, Visibility } from './members.words.ts';

registerEnumType(MemberStatus, {
  name: 'MemberStatus',
  description: 'Where a member stands with the programme. Only ACTIVE members earn and spend.',
  valuesConfig: {
    ACTIVE: { description: 'Takes part.' },
    SUSPENDED: { description: 'Kept out for a while, by hand; points stay and may expire.' },
    MERGED: { description: 'Was the same person as another member and lives on there. Final.' },
    ERASED: { description: 'Asked to be forgotten: an id remains and nothing personal. Final.' },
  },
});

registerEnumType(Visibility, {
  name: 'Visibility',
  description: 'How a member appears to others, on leaderboards and in public feeds.',
  valuesConfig: {
    PUBLIC: { description: 'With the display name.' },
    ALIAS: { description: 'With the alias only.' },
    HIDDEN: { description: 'Without any name; a rank is taken all the same.' },
  },
});

type Shown =
  | 'id'
  | 'externalId'
  | 'memberNumber'
  | 'displayName'
  | 'alias'
  | 'email'
  | 'status'
  | 'visibility'
  | 'joinedAt'
  | 'timeZone'
  | 'locale'
  | 'interests'
  | 'attributes'
  | 'referralCode';

@ObjectType('Member', {
  implements: Node,
  description:
    'One person of the club. Whoever is neither the member, nor staff, nor a system that may read members sees the public part only: id, names as `visibility` allows, status and joining date; other fields answer FORBIDDEN.',
  simpleResolvers: true,
})
export class Member extends Node implements Pick<rows.Member, Shown> {
  @MayRefuse()
  @Field(() => String, { nullable: true, description: "The member's id in the shop's own system; unique." })
  externalId!: string | null;

  @MayRefuse()
  @Field(() => String, {
    description:
      'Eight digits to read out or type at a counter. The last is a check digit, so a typing error finds nobody.',
  })
  memberNumber!: string;

  @Field(() => String, { description: 'What the member is called.' })
  displayName!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What the member is called in public when `visibility` is ALIAS.',
  })
  alias!: string | null;

  @MayRefuse()
  @Field(() => String, {
    nullable: true,
    description: 'The e-mail address, in lower case. For the member, staff and admins; null for API keys.',
  })
  email!: string | null;

  @Field(() => MemberStatus, { description: 'Where the member stands with the programme.' })
  status!: MemberStatus;

  @Field(() => Visibility, { description: 'How the member appears to others.' })
  visibility!: Visibility;

  @MayRefuse()
  @Field(() => DateTime, { description: 'When the member joined.' })
  joinedAt!: Date;

  @MayRefuse()
  @Field(() => TimeZone, {
    nullable: true,
    description: "Where the member's days begin, for streaks. Null: as the programme's.",
  })
  timeZone!: string | null;

  @MayRefuse()
  @Field(() => String, {
    nullable: true,
    description: "The member's language, a BCP 47 tag. Null: as the programme's.",
  })
  locale!: string | null;

  @MayRefuse()
  @Field(() => [String], { description: 'What the member cares about, in the words of the shop.' })
  interests!: string[];

  @MayRefuse()
  @Field(() => JSONObject, { description: 'Further facts about the member, for rules to look at. Set by the shop.' })
  attributes!: Record<string, unknown>;

  @MayRefuse()
  @Field(() => String, { description: 'The code with which the member recommends the club to friends.' })
  referralCode!: string;
}

export const MemberConnection = connectionOf('Member', () => Member, 'members');
