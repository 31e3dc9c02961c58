import { Arg, Args, Authorized, Query, Resolver } from 'type-graphql';
import { type Grant, isGranted } from '../../api/authorisation.ts';
import { Role } from '../../api/context.ts';
import type { FindNode } from '../../api/node.resolver.ts';
import { type Connection, PageArgs } from '../../api/types.ts';
import type { AuditService } from './audit.service.ts';
import { AuditEntryConnection, AuditEntryType } from './audit.types.ts';

/** Finds entries by id, for admins. */
export function findAuditNode(audit: AuditService): FindNode {
  return async (id, { viewer }) => {
    const entry = isGranted(viewer, [Role.ADMIN]) ? await audit.find(id) : null;
    return entry && Object.assign(new AuditEntryType(), entry);
  };
}

@Resolver()
export class AuditResolver {
  readonly #audit: AuditService;

  constructor(audit: AuditService) {
    this.#audit = audit;
  }

  @Authorized<Grant>(Role.ADMIN)
  @Query(() => AuditEntryConnection, {
    description: 'Every administrative change of the programme, newest first. For admins.',
  })
  auditLog(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('actor', () => String, {
      nullable: true,
      description: 'Only changes by this actor, written as entries show it.',
    })
    actor: string | null | undefined,
    @Arg('action', () => String, { nullable: true, description: 'Only changes of this kind: `earning-rule.saved`.' })
    action: string | null | undefined,
  ): Promise<Connection<AuditEntryType>> {
    return this.#audit.page(page, { actor: actor ?? null, action: action ?? null });
  }
}
