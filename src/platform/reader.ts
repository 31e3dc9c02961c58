import type { Reads, UnitOfWork } from './tx.ts';

/** Anything that runs one statement: an open transaction, `work.read`'s pool. Services that only read ask for no more. */
export type Reader = Pick<Reads, 'query'>;

/** Reads outside a transaction, one pooled connection per statement. @throws Refusal SERVICE_UNAVAILABLE. */
export function poolReader(work: Pick<UnitOfWork, 'read'>): Reader {
  return { query: (sql, parameters) => work.read((reads) => reads.query(sql, parameters)) };
}

/** Turns a time as the driver gives it (text such as `2026-11-21 20:15:00.123+00`) into a Date, to the millisecond. */
export function instant(value: string | Date): Date {
  return typeof value === 'string' ? new Date(value) : value;
}

/** `instant` for a column that may be null. */
export function instantOrNull(value: string | Date | null): Date | null {
  return value === null ? null : instant(value);
}

/** `instantOrNull` as epoch milliseconds. */
export function timeOrNull(value: string | Date | null): number | null {
  return instantOrNull(value)?.getTime() ?? null;
}
