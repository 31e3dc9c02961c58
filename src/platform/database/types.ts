/** The part of a log that the database code writes to; a pino logger is one. Events have stable dotted names. */
export interface DatabaseLog {
  debug(fields: object, event: string): void;
  info(fields: object, event: string): void;
  warn(fields: object, event: string): void;
}

/** A log that keeps nothing, for callers that have none. */
export const silentLog: DatabaseLog = { debug() {}, info() {}, warn() {} };

/** A database that cannot be used as it is. The message is for the operator: what is wrong and what to do, no secrets. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

/** A PostgreSQL connection string without its password, fit for messages and logs. */
export function describeUrl(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
  } catch {
    return 'an address that is not a URL';
  }
}
