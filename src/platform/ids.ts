import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes for 256 ids at a time: asking the system for each id took 8 % of the processor time of a batch. */
const randomness = new Uint8Array(4_096);
let used = randomness.length;

let lastMs = 0;
let sequence = 0;

/** 16 random bytes for one UUID, to be used at once: the next call may write over them. */
export function randomForId(): Uint8Array {
  if (used === randomness.length) {
    randomFillSync(randomness);
    used = 0;
  }
  used += 16;
  return randomness.subarray(used - 16, used);
}

/**
 * Makes an id: a UUIDv7 in its canonical lower-case form. Ids made by one process sort in the order they were made,
 * which keeps the primary-key indexes append-mostly. They are made in Node because PostgreSQL below 18 cannot.
 */
export function newId(): string {
  const random = randomForId();
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Begun at random in the lower half, so that ids of one millisecond can be counted on without leaving it.
    sequence = (((random[0] ?? 0) << 23) | ((random[1] ?? 0) << 15) | ((random[2] ?? 0) << 7)) >>> 0;
  } else {
    sequence += 1;
  }
  return v7({ random, msecs: lastMs, seq: sequence });
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Tells whether a text is a canonical UUID, so that a malformed id is "not found" instead of a database error. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
