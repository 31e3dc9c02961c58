import { instant, type Reader } from '../../platform/reader.ts';
import type { StoredConfiguration } from '../program/index.ts';
import { BADGE, type BadgeRecord, badgeRecordOf, type StoredBadge } from './badges.definitions.ts';

/** Badges by code, in any order and state; unknown codes are missing. */
export async function readBadges(reader: Reader, codes: readonly string[]): Promise<BadgeRecord[]> {
  const rows = await reader.query<StoredConfiguration<StoredBadge>>(
    `select kind, code, version, status, definition, created_at as "createdAt", updated_at as "updatedAt"
     from configurations where kind = $1 and code = any ($2::text[])`,
    [BADGE, codes.map((code) => code.replaceAll('\0', ''))],
  );
  return rows.map((row) =>
    badgeRecordOf({ ...row, createdAt: instant(row.createdAt), updatedAt: instant(row.updatedAt) }),
  );
}
