import { createHmac, randomBytes } from 'node:crypto';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';

/** What an enrolment may tell about where it came from. */
export interface Whereabouts {
  deviceFingerprint: string | null;
  clientAddress: string | null;
}

type MarkKind = 'DEVICE' | 'ADDRESS';

interface MarkRow {
  memberId: string;
  kind: MarkKind;
  hash: string;
  createdAt: number;
}

/** Who enrolled on the same device or from the same address. */
export interface SameMarks {
  sameDevice: string[];
  lateFromDevice: string[];
  sameAddress: string[];
  lateFromAddress: string[];
}

const DAY_MS = 86_400_000;
/** Addresses change hands; after this time one says nothing about a person any more, and it is forgotten. */
const ADDRESSES_KEPT_MS = 30 * DAY_MS;

const markRows = new RowSet<MarkRow>({ memberId: 'uuid', kind: 'text', hash: 'text', createdAt: 'timestamptz' });

/** The hashes of what was given. */
export async function hashesIn(
  tx: Tx,
  { deviceFingerprint, clientAddress }: Whereabouts,
): Promise<Map<MarkKind, string>> {
  const given: [MarkKind, string | null][] = [
    ['DEVICE', deviceFingerprint],
    ['ADDRESS', clientAddress],
  ];
  if (given.every(([, text]) => text === null)) return new Map();
  const salt = await saltIn(tx);
  return new Map(
    given.flatMap(([kind, text]) =>
      text === null ? [] : [[kind, createHmac('sha256', salt).update(`${kind} ${text}`).digest('base64url')]],
    ),
  );
}

/** Keeps how a member enrolled. */
export function insertMarksIn(tx: Tx, memberId: string, hashes: ReadonlyMap<MarkKind, string>): Promise<void> {
  const rows = [...hashes].map(([kind, hash]) => ({ memberId, kind, hash, createdAt: tx.now }));
  return markRows.insert(tx, 'enrolment_marks', rows);
}

/** Who enrolled with the same marks: on a device ever, from an address within a month; and who of them with a code lately. */
export async function findSameIn(tx: Tx, hashes: ReadonlyMap<MarkKind, string>): Promise<SameMarks> {
  const rows =
    hashes.size === 0
      ? []
      : await tx.query<{ memberId: string; kind: MarkKind; late: boolean }>(
          `select m.member_id as "memberId", m.kind, m.created_at > $3 and r.id is not null as late
           from enrolment_marks m left join referrals r on r.referee_id = m.member_id
           where (m.kind = 'DEVICE' and m.hash = $1) or (m.kind = 'ADDRESS' and m.hash = $2 and m.created_at > $4)
           order by m.created_at desc limit 1000`,
          [
            ...[hashes.get('DEVICE') ?? null, hashes.get('ADDRESS') ?? null],
            ...[new Date(tx.now - DAY_MS).toISOString(), new Date(tx.now - ADDRESSES_KEPT_MS).toISOString()],
          ],
        );
  const idsOf = (kind: MarkKind, isLate = false) =>
    rows.filter((row) => row.kind === kind && (row.late || !isLate)).map(({ memberId }) => memberId);
  return {
    sameDevice: idsOf('DEVICE'),
    lateFromDevice: idsOf('DEVICE', true),
    sameAddress: idsOf('ADDRESS'),
    lateFromAddress: idsOf('ADDRESS', true),
  };
}

/** Forgets the hashes of addresses that say nothing any more. */
export async function forgetAddressesIn(tx: Tx): Promise<void> {
  const until = new Date(tx.now - ADDRESSES_KEPT_MS).toISOString();
  await tx.query("delete from enrolment_marks where kind = 'ADDRESS' and created_at <= $1", [until]);
}

/** Random, and never the same in two databases, so that nobody can prepare a table of all addresses. */
async function saltIn(tx: Tx): Promise<string> {
  const read = async () => (await tx.query<{ salt: string }>('select salt from enrolment_salts where id = 1'))[0]?.salt;
  const salt = await read();
  if (salt !== undefined) return salt;
  const drawn = randomBytes(32).toString('base64url');
  await tx.query('insert into enrolment_salts (id, salt) values (1, $1) on conflict do nothing', [drawn]);
  return (await read()) ?? drawn;
}
