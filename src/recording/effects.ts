import { encodeCursor } from '../platform/cursor.ts';
import { newId } from '../platform/ids.ts';
import type { Tx } from '../platform/tx.ts';
import type { Effect } from './commands.ts';

/** Emits an event about one member, whose lock is held, and gives it as mutations answer it. */
export async function emitEffectIn(
  tx: Tx,
  type: string,
  memberId: string,
  payload: Record<string, unknown>,
): Promise<Effect> {
  const event = { id: newId(), type, memberId, occurredAt: tx.now, payload };
  const seq = tx.emit(event);
  return { ...event, cursor: encodeCursor({ xid: await tx.xid(), seq }) };
}

/** An effect as it is remembered for whoever sends the same again: what is at hand now is read anew then. */
export function storable({ live: _live, ...effect }: Effect): Effect {
  return effect;
}
