import DataLoader from 'dataloader';
import type { Viewer } from './api/context.ts';
import type { Server } from './api/server.ts';
import type { MayFollow } from './api/server-parts.ts';
import { API_KEY_REVOKED } from './features/access/index.ts';
import { MEMBER_STATUS_CHANGED, MemberStatus } from './features/members/index.ts';
import type { StoredEvent } from './platform/outbox.ts';
import type { Reader } from './platform/reader.ts';

const GATHER_MS = 5;

/**
 * Tells whether a viewer may follow things live: members only while they are active. Those who connect at the same moment,
 * as after a restart, are looked up with one statement.
 */
export function followingMembers(reader: Reader): MayFollow {
  const isActive = new DataLoader<string, boolean>(
    async (ids) => {
      const rows = await reader.query<{ id: string }>(
        `select id from members where id = any ($1::uuid[]) and status = '${MemberStatus.ACTIVE}'`,
        [[...new Set(ids)]],
      );
      const active = new Set(rows.map(({ id }) => id));
      return ids.map((id) => active.has(id));
    },
    // All who come within five milliseconds together: a thousand clients that come back are few statements, not a thousand.
    { cache: false, maxBatchSize: 1_000, batchScheduleFn: (look) => setTimeout(look, GATHER_MS) },
  );
  return async ({ memberId }) => memberId === null || isActive.load(memberId);
}

/** Ends the live connections of those whom these events shut out: members no longer active, and keys that were revoked. */
export function endOutdatedLines(events: readonly StoredEvent[], server: Pick<Server, 'endLines'>): void {
  const members = new Set<unknown>();
  const keys = new Set<unknown>();
  for (const { type, payload } of events) {
    if (type === API_KEY_REVOKED) keys.add(payload.keyId);
    if (type === MEMBER_STATUS_CHANGED && payload.status !== MemberStatus.ACTIVE) members.add(payload.memberId);
  }
  if (members.size + keys.size === 0) return;
  server.endLines(({ memberId, keyId }: Viewer) => members.has(memberId) || keys.has(keyId));
}
