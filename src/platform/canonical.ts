import { createHash } from 'node:crypto';

/**
 * Writes a JSON value as text that is the same for the same content: object keys sorted, no spaces, and what JSON cannot
 * hold left out as `JSON.stringify` does (undefined members, dates as ISO text).
 */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, current: unknown) => (isPlainObject(current) ? sorted(current) : current)) ?? 'null'
  );
}

/** SHA-256 of the canonical text, base64url (43 characters): tells whether two inputs say the same. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('base64url');
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  // A null prototype keeps a key called `__proto__` an ordinary key.
  const result: Record<string, unknown> = Object.create(null);
  for (const key of Object.keys(value).sort()) result[key] = value[key];
  return result;
}
