import { onceIn } from '../../platform/idempotency.ts';
import { isId } from '../../platform/ids.ts';
import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { requireLine } from '../../platform/text.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { storable } from '../../recording/effects.ts';
import type { AuditService, Author } from '../audit/index.ts';
import { awardIn, BY_HAND } from './badges.awarding.ts';
import { BADGE_REVOKED, emitAwardIn } from './badges.events.ts';
import {
  AWARD_COLUMNS,
  type AwardRow,
  readAwards,
  revokeAwardIn,
  type StoredAward,
  toAwardRow,
} from './badges.rows.ts';

/** A badge that somebody gives by hand. */
export interface AwardByHand {
  idempotencyKey: string;
  memberId: string;
  badge: string;
  reason: string;
}

/** What awarding or revoking by hand did. */
export interface AwardChange {
  award: AwardRow;
  effects: Effect[];
  replayed: boolean;
}

/** Which awards a list shows. */
export interface AwardFilter {
  /** One of the two is given. */
  badge?: string | null;
  memberId?: string | null;
  /** False leaves revoked ones out. */
  revoked: boolean;
}

export interface BadgeAwardsParts {
  work: UnitOfWork;
  reader: Reader;
  audit: AuditService;
}

const LONGEST_REASON = 500;

/** What members were awarded: reading it, and giving and taking by hand. */
export class BadgeAwardsService {
  readonly #parts: BadgeAwardsParts;

  constructor(parts: BadgeAwardsParts) {
    this.#parts = parts;
  }

  /** Awards by id, in any order; unknown ids are missing. */
  byIds(ids: readonly string[]): Promise<AwardRow[]> {
    return readAwards(this.#parts.reader, ids);
  }

  /** One award, or null; also for what is no id at all. */
  async find(id: string): Promise<AwardRow | null> {
    const [award] = isId(id) ? await this.byIds([id]) : [];
    return award ?? null;
  }

  /** A page of awards, the latest first. */
  page(page: PageArguments, { badge = null, memberId = null, revoked }: AwardFilter): Promise<Page<AwardRow>> {
    return pageOf<StoredAward, AwardRow>(this.#parts.reader, page, {
      select: AWARD_COLUMNS,
      from: 'badge_awards a',
      where: `${badge === null ? 'a.member_id = $1::uuid' : 'a.badge_code = $1'} and ($2 or a.revoked_at is null)`,
      parameters: [badge ?? memberId, revoked],
      order: [{ expression: 'a.id', type: 'uuid' }],
      direction: 'desc',
      toNode: toAwardRow,
    });
  }

  /**
   * Awards a badge by hand, once per author and key; with an audit entry.
   * @throws Refusal NOT_FOUND, MEMBER_NOT_ACTIVE, NOT_STARTED or ENDED (badge not active), LIMIT_REACHED (awarded before),
   * OUT_OF_STOCK (edition used up), BAD_USER_INPUT or IDEMPOTENCY_KEY_REUSED.
   */
  async award(input: AwardByHand, author: Author): Promise<AwardChange> {
    const { idempotencyKey: key, badge } = input;
    const memberId = input.memberId.toLowerCase();
    const reason = requireLine(input.reason, { path: ['input', 'reason'], longest: LONGEST_REASON });
    if (!isId(memberId)) throw unknownMember();
    const call = { scope: `badges.award:${author.actor}`, key, input: { memberId, badge, reason } };
    return this.#parts.work.run({ name: 'badges.award', locks: [memberId] }, async (tx) => {
      const { response, replayed } = await onceIn(tx, call, async () => {
        await requireActiveIn(tx, memberId);
        const cause = { kind: BY_HAND, code: author.actor };
        const [outcome] = await awardIn(tx, [{ memberId, badge, cause, reason, actor: author.actor }]);
        if (outcome === undefined) throw new Error('One draft always has one outcome.');
        if ('refusal' in outcome) throw outcome.refusal;
        await this.#auditIn(tx, 'badge.awarded', outcome.award, author);
        return { awardId: outcome.award.id, effects: [storable(outcome.effect)] };
      });
      return { award: await requireAwardIn(tx, response.awardId), effects: response.effects, replayed };
    });
  }

  /**
   * Revokes an award, with an audit entry. It stays in the history, keeps its place in a limited edition, and no rule awards
   * it again; a person may.
   * @throws Refusal NOT_FOUND, ALREADY_REVERSED or BAD_USER_INPUT.
   */
  async revoke(input: { awardId: string; reason: string }, author: Author): Promise<AwardChange> {
    const revokedReason = requireLine(input.reason, { path: ['input', 'reason'], longest: LONGEST_REASON });
    const found = await this.find(input.awardId.toLowerCase());
    if (found === null) throw unknownAward();
    return this.#parts.work.run({ name: 'badges.revoke', locks: [found.memberId] }, async (tx) => {
      const before = await requireAwardIn(tx, found.id);
      if (before.revokedAt !== null) throw revokedAlready();
      const award = { ...before, revokedAt: tx.now, revokedReason, revokedBy: author.actor };
      await revokeAwardIn(tx, award);
      await this.#auditIn(tx, 'badge.revoked', award, author);
      return { award, effects: [await emitAwardIn(tx, BADGE_REVOKED, award)], replayed: false };
    });
  }

  #auditIn(tx: Tx, action: string, award: AwardRow, author: Author): Promise<void> {
    const { id, memberId, badgeCode, reason, revokedReason } = award;
    return this.#parts.audit.recordIn(tx, {
      ...author,
      ...{ action, targetKind: 'badge-award', targetId: id, before: null },
      after: { memberId, badge: badgeCode, reason: revokedReason ?? reason },
    });
  }
}

async function requireAwardIn(tx: Tx, id: string): Promise<AwardRow> {
  const [award] = await readAwards(tx, [id]);
  if (award === undefined) throw new Error('An award that was there a moment ago is missing.');
  return award;
}

async function requireActiveIn(tx: Tx, memberId: string): Promise<void> {
  const [member] = await tx.query<{ status: string }>('select status from members where id = $1', [memberId]);
  if (member === undefined) throw unknownMember();
  if (member.status === 'ACTIVE') return;
  const message = `The member is ${member.status.toLowerCase()}, so nothing is awarded. Activate the member first.`;
  throw new Refusal(ErrorCode.MEMBER_NOT_ACTIVE, message, { path: ['input', 'memberId'] });
}

function unknownMember(): Refusal {
  return new Refusal(ErrorCode.NOT_FOUND, 'There is no member with this id. Check memberId.', {
    path: ['input', 'memberId'],
  });
}

function unknownAward(): Refusal {
  const message = 'There is no award with this id. Check awardId.';
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: ['input', 'awardId'] });
}

function revokedAlready(): Refusal {
  const message = 'The award was revoked before. Read it to see when and why.';
  return new Refusal(ErrorCode.ALREADY_REVERSED, message, { path: ['input', 'awardId'] });
}
