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

/**
 * The SQLSTATE or system code of an error, also of one that another wraps (an AggregateError holds one per address
 * tried); empty when there is none. Looks at properties, not classes: errors may come from another realm.
 */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return 'cause' in error ? codeOf(error.cause) : '';
}

/** What an error says in words, or its code when it says nothing. */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const message = 'message' in error && typeof error.message === 'string' ? error.message.trim() : '';
  return message === '' ? codeOf(error) : message;
}
