import { v7 } from 'uuid';

/**
 * Makes an id: a UUIDv7 in its canonical lower-case form. Ids made by one process sort in the order they were made,
 * which keeps the primary-key indexes append-mostly. They are made in Node because PostgreSQL below 18 cannot.
 */
export function newId(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Tells whether a text is a canonical UUID, so that a malformed id is "not found" instead of a database error. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
