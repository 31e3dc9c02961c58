import { Field, Int, ObjectType } from 'type-graphql';
import { SafeInt } from '../../api/scalars.ts';
import { Member } from '../members/members.types.ts';
import { Leaderboard, LeaderboardEntry, Season } from './leaderboards.types.ts';

@ObjectType({
  description: 'How one member moved since the update before this one on the same stream.',
  simpleResolvers: true,
})
export class LeaderboardMove {
  @Field(() => String, { description: 'What the member is called on the board.' })
  displayName!: string;

  @Field(() => Member, {
    nullable: true,
    description: 'The member; null unless it is PUBLIC, yourself, or you may read any member.',
  })
  member!: Member | null;

  @Field(() => Int, { nullable: true, description: 'The place before; null when it was not among the places shown.' })
  fromRank!: number | null;

  @Field(() => Int, { nullable: true, description: 'The place now; null for a member that left the board.' })
  toRank!: number | null;

  @Field(() => SafeInt, { description: 'The score before; 0 when the member was not on the board.' })
  fromScore!: number;

  @Field(() => SafeInt, { description: 'The score now; 0 when the member is not on the board any more.' })
  toScore!: number;
}

@ObjectType({
  description: 'How a leaderboard stands at one moment. Each update is whole: it needs none of those before it.',
  simpleResolvers: true,
})
export class LeaderboardUpdate {
  @Field(() => Leaderboard, { description: 'The board.' })
  leaderboard!: Leaderboard;

  @Field(() => Season, { description: 'The season it shows, the running one.' })
  season!: Season;

  @Field(() => SafeInt, {
    description:
      'Rises with every update of this stream. It is no count of changes, and other streams have other versions.',
  })
  version!: number;

  @Field(() => [LeaderboardEntry], {
    description:
      'The first places, best first. Other members are named as they want to be, and you here as others see you; `mine` has your own name.',
  })
  entries!: LeaderboardEntry[];

  @Field(() => [LeaderboardMove], {
    description:
      'Who of the first places moved, came or left since the update before this one. Empty on the first one, and on the first after some were left out because the connection was too slow for them.',
  })
  moves!: LeaderboardMove[];

  @Field(() => LeaderboardEntry, {
    nullable: true,
    description: 'Your own place; null when you are no member or not on the board.',
  })
  mine!: LeaderboardEntry | null;

  @Field(() => SafeInt, {
    nullable: true,
    description:
      'How much you need to be ahead of the next better score; null for the first, and where `mine` is null.',
  })
  pointsToOvertakeNext!: number | null;

  @Field(() => [LeaderboardEntry], {
    description: 'The places next to the member that `around` names, or to your own; empty without either.',
  })
  around!: LeaderboardEntry[];
}
