import { Field, ID, Int, ObjectType } from 'type-graphql';

/** A place of a board, as a stock server has it. */
@ObjectType()
export class BoardEntry {
  @Field(() => Int)
  rank!: number;

  @Field(() => Int)
  score!: number;

  @Field(() => String)
  displayName!: string;

  @Field(() => String)
  reachedAt!: string;
}

@ObjectType()
export class BoardUpdate {
  @Field(() => Int)
  version!: number;

  @Field(() => [BoardEntry])
  entries!: BoardEntry[];
}

@ObjectType()
export class Award {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  cursor!: string;

  @Field(() => Int)
  points!: number;

  @Field(() => Int)
  balance!: number;

  @Field(() => String)
  occurredAt!: string;
}

let version = 0;

/** The next state of a board of ten places. */
export function nextBoard(): BoardUpdate {
  version += 1;
  const entries = Array.from({ length: 10 }, (_, place) => ({
    rank: place + 1,
    score: 10_000 - 100 * place + version,
    displayName: `Member Number ${place + 1}`,
    reachedAt: new Date().toISOString(),
  }));
  return { version, entries };
}

export function awardOf(member: number): Award {
  version += 1;
  const id = `01900000-0000-7000-9000-${version.toString(16).padStart(12, '0')}`;
  return { id, cursor: `cursor-${version}-${member}`, points: 10, balance: 10, occurredAt: new Date().toISOString() };
}
