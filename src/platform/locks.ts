import type { Scope } from './tx.ts';

/**
 * How many lock partitions members are hashed onto. A batch of 1,000 members then takes at most 64 locks instead of
 * 1,000 (PostgreSQL's shared lock table holds 64 per connection by default), and two unrelated single recordings collide
 * once in 64 times, for the length of one commit.
 */
export const PARTITIONS = 64;

/**
 * All partitions. Recording holds the locks of its members from its first statement on, so whoever holds all of them is
 * alone: nothing is being recorded, and what is read cannot change before the end of the transaction.
 */
export const EVERY_PARTITION: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** First key of `pg_advisory_xact_lock(class, partition)`: keeps these locks apart from every other advisory lock. */
export const LOCK_CLASS = 0x706b;

/** Hashes a lock key (a member id, or `external:<id>`) onto a partition, 0 to 63. The same on every node (FNV-1a). */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV-1a alone are weak, so the high half is folded in.
  return ((hash ^ (hash >>> 16)) >>> 0) % PARTITIONS;
}

/** The partitions a scope locks: distinct and ascending, so that two units of work can never wait for each other in a circle. */
export function partitionsOf(scope: Pick<Scope, 'locks' | 'partitions'>): number[] {
  const found = new Set<number>(scope.locks?.map(partitionOf));
  for (const partition of scope.partitions ?? []) {
    if (!Number.isInteger(partition) || partition < 0 || partition >= PARTITIONS) {
      throw new RangeError(`A lock partition is a whole number from 0 to ${PARTITIONS - 1}, not ${partition}.`);
    }
    found.add(partition);
  }
  return [...found].sort((left, right) => left - right);
}
