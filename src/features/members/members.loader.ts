import DataLoader from 'dataloader';
import type { Context } from '../../api/context.ts';
import type { FindNode } from '../../api/node.resolver.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { mayReadMember, toMember } from './members.access.ts';
import type { MembersService } from './members.service.ts';
import type { Member } from './members.types.ts';

/** The members this request asks for by id, all in one statement, each as its viewer may see it. Unknown ids reject with NOT_FOUND. */
export function memberLoader(context: Context, members: MembersService): DataLoader<string, Member> {
  return context.loader('members.byId', () => {
    return new DataLoader<string, Member>(async (ids) => {
      const rows = new Map((await members.byIds(ids)).map((row) => [row.id, row]));
      return ids.map((id) => {
        const row = rows.get(id);
        return row === undefined ? unknownMember() : toMember(row, context.viewer);
      });
    });
  });
}

/** Finds members by id, for those who may read them. */
export function findMemberNode(members: MembersService): FindNode {
  return async (id, { viewer }) => {
    const row = mayReadMember(viewer, id) ? await members.byId(id) : null;
    return row && toMember(row, viewer);
  };
}

function unknownMember(): Refusal {
  return new Refusal(ErrorCode.NOT_FOUND, 'There is no member with this id.');
}
