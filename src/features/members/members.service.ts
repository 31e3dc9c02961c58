import { onceIn, requireKey } from '../../platform/idempotency.ts';
import { newId } from '../../platform/ids.ts';
import type { Page, PageArguments } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { Effect, MemberRecord } from '../../recording/commands.ts';
import type { Directory } from '../../recording/slice.ts';
import type { AuditService, Author } from '../audit/index.ts';
import { type EnrolmentPort, type Newcomer, nobodyRefers } from './enrolment-port.ts';
import { changeProfileIn, changeStatusIn, type StatusChange } from './members.changes.ts';
import { badInput, checkedProfile, checkedWhereabouts, type ProfileInput } from './members.checks.ts';
import { type DrawCodes, drawCodes } from './members.codes.ts';
import { enrolUnknownIn, loadRecords, locateExternalIds } from './members.directory.ts';
import { type EnrolledHook, Enrolments, type MemberDraft } from './members.enrolment.ts';
import { type MemberFilterValues, type MemberKeys, MembersReading } from './members.reading.ts';
import type { MemberRow } from './members.rows.ts';
import { Visibility } from './members.words.ts';

export interface MembersOptions {
  work: UnitOfWork;
  reader: Reader;
  audit: AuditService;
  /** What other features do for new members in the same transaction. */
  onEnrolled?: readonly EnrolledHook[];
  /** Who judges referral codes; every code is refused without. */
  referrals?: EnrolmentPort;
  /** Where numbers and codes come from; random unless a test fixes them. */
  draw?: DrawCodes;
}

/** A member to be enrolled, as a client sends one. */
export interface EnrolInput extends ProfileInput {
  idempotencyKey: string;
  displayName: string;
  joinedAt?: Date | null | undefined;
  referralCode?: string | null | undefined;
  deviceFingerprint?: string | null | undefined;
  clientAddress?: string | null | undefined;
}

/** What enrolling answered: the member's id and the events it caused, then and now. */
export interface EnrolAnswer {
  memberId: string;
  effects: Effect[];
  replayed: boolean;
}

/** Shops' clocks run ahead of the database's by a little; whoever joins "in a moment" joins now. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Enrols, changes and finds members. Who may do what is decided by its callers; see members.access.ts. */
export class MembersService implements Directory {
  readonly #options: MembersOptions;
  readonly #enrolments: Enrolments;
  readonly #reading: MembersReading;
  readonly #referrals: EnrolmentPort;

  constructor(options: MembersOptions) {
    this.#options = options;
    this.#enrolments = new Enrolments(options.draw ?? drawCodes, options.onEnrolled ?? []);
    this.#reading = new MembersReading(options.reader);
    this.#referrals = options.referrals ?? nobodyRefers;
  }

  /**
   * Enrols a member once per author and key.
   * @throws Refusal BAD_USER_INPUT, CONFLICT (external id or e-mail taken), REFERRAL_REJECTED, RATE_LIMITED (codes that
   * are nobody's), IDEMPOTENCY_KEY_REUSED.
   */
  async enrol(input: EnrolInput, author: Author): Promise<EnrolAnswer> {
    const { idempotencyKey: key, joinedAt = null, referralCode = null } = input;
    requireKey(key);
    const draft = { ...EMPTY, ...checkedProfile(input) };
    const { email, externalId } = draft;
    const newcomer: Newcomer = { email, externalId, referralCode, ...checkedWhereabouts(input) };
    const id = newId();
    const locks = [
      id,
      ...(externalId === null ? [] : [externalLock(externalId)]),
      ...this.#referrals.locksOf(newcomer),
    ];
    const enrolIn = async (tx: Tx): Promise<EnrolAnswer> => {
      const said = { ...draft, joinedAt, ...(referralCode !== null && { referralCode }) };
      const call = { scope: `members.enrol:${author.actor}`, key, input: said };
      const { response, replayed } = await onceIn(tx, call, async () => {
        const welcome = await this.#referrals.admitIn(tx, newcomer);
        const [enrolment] = await this.#enrolments.enrolManyIn(tx, [{ ...draft, id, joinedAt: joined(tx, joinedAt) }]);
        if (enrolment === undefined) throw new Error('One draft always makes one member.');
        await welcome(id);
        await this.#recordEnrolmentIn(tx, enrolment.member, author);
        return { memberId: id, effects: [enrolment.effect] };
      });
      return { ...response, replayed };
    };
    return this.#referrals.limitGuesses(newcomer, author.actor, () => {
      return this.#options.work.run({ name: 'members.enrol', locks }, enrolIn);
    });
  }

  /** Enrols many at once inside an open transaction that locks `external:<id>` of each; all or none. Silent in the audit log. */
  enrolManyIn(tx: Tx, drafts: readonly MemberDraft[]) {
    return this.#enrolments.enrolManyIn(tx, drafts);
  }

  /**
   * Changes what is given of a member's profile; null empties a field.
   * @param byMember true when the member itself does it, which is no administrative change.
   * @throws Refusal NOT_FOUND, MEMBER_NOT_ACTIVE, BAD_USER_INPUT or CONFLICT.
   */
  async update(memberId: string, input: ProfileInput, author: Author, byMember: boolean): Promise<MemberRow> {
    const profile = checkedProfile(input);
    const locks = profile.externalId == null ? [memberId] : [memberId, externalLock(profile.externalId)];
    return this.#options.work.run({ name: 'members.update', locks }, async (tx) => {
      const before = await this.#lockIn(tx, memberId);
      return changeProfileIn(tx, before, { profile, author, byMember, audit: this.#options.audit });
    });
  }

  /** Suspends a member or makes it active again. @throws Refusal NOT_FOUND, BAD_USER_INPUT or CONFLICT. */
  async setStatus(change: StatusChange, author: Author): Promise<MemberRow> {
    const scope = { name: 'members.set-status', locks: [change.memberId] };
    return this.#options.work.run(scope, async (tx) => {
      const before = await this.#lockIn(tx, change.memberId);
      return changeStatusIn(tx, before, change, author, this.#options.audit);
    });
  }

  /** The member with exactly one of the keys, or null. @throws Refusal BAD_USER_INPUT. */
  find(keys: MemberKeys): Promise<MemberRow | null> {
    return this.#reading.find(keys);
  }

  /** The member with this id, or null; also for what is no id at all. */
  byId(id: string): Promise<MemberRow | null> {
    return this.#reading.byId(id);
  }

  /** The members with these ids, in any order; unknown ids are missing. */
  byIds(ids: readonly string[]): Promise<MemberRow[]> {
    return this.#reading.byIds(ids);
  }

  /** One page of members, the newest first. @throws Refusal BAD_USER_INPUT. */
  page(page: PageArguments, search: string | null, filter: MemberFilterValues): Promise<Page<MemberRow>> {
    return this.#reading.page(page, search, filter);
  }

  locate(externalIds: readonly string[]): Promise<Map<string, string>> {
    return locateExternalIds(this.#options.reader, externalIds);
  }

  load(tx: Tx, ids: readonly string[], externalIds: readonly string[]): Promise<MemberRecord[]> {
    return loadRecords(tx, ids, externalIds);
  }

  enroll(tx: Tx, drafts: readonly { externalId: string; joinedAt: number }[]): Promise<MemberRecord[]> {
    return enrolUnknownIn(tx, this.#enrolments, EMPTY, drafts);
  }

  async #lockIn(tx: Tx, memberId: string): Promise<MemberRow> {
    const member = await this.#reading.byIdIn(tx, memberId, 'for update');
    if (member !== null) return member;
    throw new Refusal(ErrorCode.NOT_FOUND, 'There is no member with this id. Check memberId.', {
      path: ['input', 'memberId'],
    });
  }

  #recordEnrolmentIn(tx: Tx, { id, memberNumber, externalId }: MemberRow, author: Author): Promise<void> {
    const after = { memberNumber, externalId };
    const target = { targetKind: 'member', targetId: id };
    return this.#options.audit.recordIn(tx, { ...author, ...target, action: 'member.enrolled', before: null, after });
  }
}

/** A profile of which nothing was said. */
const EMPTY = {
  displayName: null as string | null,
  externalId: null,
  email: null,
  alias: null,
  visibility: Visibility.PUBLIC,
  timeZone: null,
  locale: null,
  interests: [] as string[],
  attributes: {} as Record<string, unknown>,
};

/** The lock of an external id that no member has yet; recording takes the same. */
function externalLock(externalId: string): string {
  return `external:${externalId}`;
}

function joined(tx: Tx, joinedAt: Date | null): Date {
  if (joinedAt === null || joinedAt.getTime() <= tx.now) return joinedAt ?? new Date(tx.now);
  if (joinedAt.getTime() <= tx.now + CLOCK_TOLERANCE_MS) return new Date(tx.now);
  throw badInput(['joinedAt'], 'A member cannot join in the future. Leave `joinedAt` out for a member who joins now.');
}
