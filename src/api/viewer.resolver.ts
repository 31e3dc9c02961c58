import { Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from './context.ts';
import { ViewerType } from './viewer.types.ts';

@Resolver()
export class ViewerResolver {
  @Query(() => ViewerType, {
    description: 'Whom the server takes you for. Open to everybody, also without a credential.',
  })
  viewer(@Ctx() { viewer }: Context): ViewerType {
    const { role, memberId, scopes, expiresAt } = viewer;
    return { role, memberId, scopes, expiresAt: expiresAt === null ? null : new Date(expiresAt) };
  }
}
