import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../api/context.ts';
import { Member } from '../members/members.types.ts';
import type { PointsReader } from '../points/points.resolver.ts';
import { climb, type LadderSource } from './ladder.ts';
import { PointsLadder } from './ladder.types.ts';
import { requireMayReadTier } from './tiers.access.ts';

@Resolver(() => Member)
export class MemberLadderResolver {
  readonly #points: PointsReader;
  readonly #sources: readonly LadderSource[];

  /** @param sources what puts steps on the ladder, in the order in which they are shown. */
  constructor(points: PointsReader, sources: readonly LadderSource[]) {
    this.#points = points;
    this.#sources = sources;
  }

  @FieldResolver(() => PointsLadder, {
    description:
      'Every tier and reward as a step, and how far the member is from each. For the member, staff and administrators.',
  })
  async ladder(@Root() member: Member, @Ctx() context: Context): Promise<PointsLadder> {
    requireMayReadTier(context.viewer, member.id);
    const { active } = await this.#points.wallets(context).load(member.id);
    return climb(active, await Promise.all(this.#sources.map((steps) => steps(context, member))));
  }
}
