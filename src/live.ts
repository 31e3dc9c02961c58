import DataLoader from 'dataloader';
import type { Viewer } from './api/context.ts';
import type { Server } from './api/server.ts';
import type { MayFollow } from './api/server-parts.ts';
import { API_KEY_REVOKED } from './features/access/index.ts';
import { MEMBER_STATUS_CHANGED, MemberStatus } from './features/members/index.ts';
import type { StoredEvent } from './platform/outbox.ts';
import type { Reader } from './platform/reader.ts';

const GATHER_MS = 5;
const ACTIVE_MEMBERS = `select id from members where id = any ($1::uuid[]) and status = '${MemberStatus.ACTIVE}'`;
const KEYS_IN_FORCE = 'select id from api_keys where id = any ($1::uuid[]) and revoked_at is null';

/**
 * Tells whether a viewer may follow things live: members only while they are active, API keys only while they are in force. What
 * a node remembers of a key may be a second old, which is nothing for a request, but a connection stays.
 */
export function mayFollowLive(reader: Reader): MayFollow {
  const active = lookedUpTogether(reader, ACTIVE_MEMBERS);
  const inForce = lookedUpTogether(reader, KEYS_IN_FORCE);
  return async ({ memberId, keyId }) =>
    (memberId === null || (await active.load(memberId))) && (keyId === null || (await inForce.load(keyId)));
}

/** Those who connect at the same moment, as after a restart, are looked up with one statement. */
function lookedUpTogether(reader: Reader, statement: string): DataLoader<string, boolean> {
  return new DataLoader<string, boolean>(
    async (ids) => {
      const rows = await reader.query<{ id: string }>(statement, [[...new Set(ids)]]);
      const found = new Set(rows.map(({ id }) => id));
      return ids.map((id) => found.has(id));
    },
    // All who come within five milliseconds together: a thousand clients that come back are few statements, not a thousand.
    { cache: false, maxBatchSize: 1_000, batchScheduleFn: (look) => setTimeout(look, GATHER_MS) },
  );
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
