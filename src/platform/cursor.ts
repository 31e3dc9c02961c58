import { ErrorCode, Refusal } from './refusal.ts';

/** A place in the outbox: the transaction (an xid8 as decimal text) and the event's index inside it. */
export interface Position {
  readonly xid: string;
  readonly seq: number;
}

const PLAIN = /^(0|[1-9]\d{0,19})-(0|-1|[1-9]\d{0,9})$/;
const LARGEST_XID = 2n ** 64n - 1n;
const LARGEST_SEQ = 2 ** 31 - 1;

/** Writes a position as the opaque cursor clients keep: base64url of `xid-seq`. */
export function encodeCursor(position: Position): string {
  return Buffer.from(`${position.xid}-${position.seq}`, 'latin1').toString('base64url');
}

/** Reads a cursor made by `encodeCursor`. @throws Refusal BAD_USER_INPUT when it is anything else. */
export function decodeCursor(cursor: string): Position {
  const parts = cursor.length <= 64 ? PLAIN.exec(Buffer.from(cursor, 'base64url').toString('latin1')) : null;
  const xid = parts?.[1];
  const seq = Number(parts?.[2]);
  if (xid === undefined || BigInt(xid) > LARGEST_XID || seq > LARGEST_SEQ) {
    throw new Refusal(
      ErrorCode.BAD_USER_INPUT,
      'The cursor was not made by this server. Pass a cursor exactly as an event carried it.',
      { path: ['after'] },
    );
  }
  return { xid, seq };
}

/** Orders positions as the outbox does. Negative when `left` comes first. */
export function comparePositions(left: Position, right: Position): number {
  // Transaction ids are compared as numbers: as text, 10 would come before 9.
  const difference = BigInt(left.xid) - BigInt(right.xid);
  return difference === 0n ? left.seq - right.seq : difference < 0n ? -1 : 1;
}
