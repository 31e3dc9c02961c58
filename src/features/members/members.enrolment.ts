import { encodeCursor } from '../../platform/cursor.ts';
import { newId } from '../../platform/ids.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import type { DrawCodes } from './members.codes.ts';
import { insertMembersIn, type MemberProfile, type MemberRow } from './members.rows.ts';
import { MemberStatus } from './members.words.ts';

/** A member to be. Without a display name the member is called `Member <number>`. */
export interface MemberDraft extends Omit<MemberProfile, 'displayName'> {
  id?: string;
  displayName: string | null;
  joinedAt: Date;
}

/** A new member with the event that says so. */
export interface Enrolment {
  member: MemberRow;
  effect: Effect;
}

/** What other features do for new members in the same transaction, such as opening their wallets. */
export type EnrolledHook = (tx: Tx, memberIds: readonly string[]) => Promise<void>;

/** At a million members one number in nine is taken, so ten draws in a row fail once in three billion enrolments. */
const DRAWS = 10;

/** Enrols members with set statements, a thousand as well as one. */
export class Enrolments {
  readonly #draw: DrawCodes;
  readonly #hooks: readonly EnrolledHook[];

  constructor(draw: DrawCodes, hooks: readonly EnrolledHook[]) {
    this.#draw = draw;
    this.#hooks = hooks;
  }

  /**
   * Enrols all drafts or none and emits one `MemberEnrolled` each, in the order of the drafts.
   * @throws Refusal CONFLICT when an external id or e-mail address is taken; also by a member whose enrolment commits
   * while this one waits, because inserting waits for it.
   */
  async enrolManyIn(tx: Tx, drafts: readonly MemberDraft[]): Promise<Enrolment[]> {
    const members = drafts.map((draft) => this.#memberOf(draft));
    let left = members;
    for (let draws = 1; left.length > 0; draws += 1) {
      const inserted = await insertMembersIn(tx, left);
      left = left.filter((member) => !inserted.has(member.id));
      if (left.length === 0) break;
      await requireFreeIn(tx, left);
      if (draws === DRAWS) throw new Error(`No free member number in ${DRAWS} draws; the numbers are running out.`);
      for (const member of left) this.#redraw(member);
    }
    const ids = members.map((member) => member.id);
    for (const hook of this.#hooks) await hook(tx, ids);
    const xid = await tx.xid();
    return members.map((member) => ({ member, effect: announce(tx, xid, member) }));
  }

  #memberOf({ id, displayName, ...draft }: MemberDraft): MemberRow {
    const codes = this.#draw();
    const name = displayName ?? nameFor(codes.memberNumber);
    return { ...draft, ...codes, id: id ?? newId(), displayName: name, status: MemberStatus.ACTIVE };
  }

  #redraw(member: MemberRow): void {
    const codes = this.#draw();
    if (member.displayName === nameFor(member.memberNumber)) member.displayName = nameFor(codes.memberNumber);
    Object.assign(member, codes);
  }
}

function nameFor(memberNumber: string): string {
  return `Member ${memberNumber}`;
}

function announce(tx: Tx, xid: string, member: MemberRow): Effect {
  const event = {
    id: newId(),
    type: 'MemberEnrolled',
    memberId: member.id,
    occurredAt: member.joinedAt.getTime(),
    // No personal data: events outlive the erasure of a member.
    payload: {},
  };
  return { ...event, cursor: encodeCursor({ xid, seq: tx.emit(event) }) };
}

/** @throws Refusal CONFLICT that names what is taken; passes when only numbers and codes can have collided. */
async function requireFreeIn(tx: Tx, members: readonly MemberRow[]): Promise<void> {
  const externalIds = members.flatMap((member) => member.externalId ?? []);
  const emails = members.flatMap((member) => member.email ?? []);
  const taken = await tx.query<{ externalId: string | null }>(
    `select external_id as "externalId" from members where external_id = any ($1::text[]) or email = any ($2::text[])`,
    [externalIds, emails],
  );
  if (taken.length === 0) return;
  const byExternalId = taken.some(({ externalId }) => externalId !== null && externalIds.includes(externalId));
  throw byExternalId ? externalIdTaken() : emailTaken();
}

/** The refusal of an external id that another member has. */
export function externalIdTaken(): Refusal {
  const message = 'Another member has this external id. Update that member, or correct the id.';
  return new Refusal(ErrorCode.CONFLICT, message, { path: ['input', 'externalId'] });
}

/** The refusal of an e-mail address that another member has. */
export function emailTaken(): Refusal {
  const message = 'Another member has this e-mail address. Look the member up by it, or correct the address.';
  return new Refusal(ErrorCode.CONFLICT, message, { path: ['input', 'email'] });
}
