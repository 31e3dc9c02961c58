import { canonicalJson } from '../../platform/canonical.ts';
import { EVERY_PARTITION } from '../../platform/locks.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { ActivityTypesService } from '../activities/activity-types.service.ts';
import type { Author } from '../audit/index.ts';
import type { BadgesService } from '../badges/badges.service.ts';
import { badInput, type ConfigurationStore } from '../program/index.ts';
import { startFillIn } from '../progress/progress.fills.ts';
import { checkedChallenge, requireWorking } from './challenges.checks.ts';
import {
  CHALLENGE,
  type ChallengeInput,
  type ChallengeRecord,
  recordOf,
  type StoredChallenge,
} from './challenges.definitions.ts';
import { announceSavedIn } from './challenges.events.ts';
import { type PayCommunity, payCommunity } from './challenges.payment.ts';
import { clearContributionsIn } from './challenges.rows.ts';

/** What challenges are made of. */
export interface ChallengesParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
  activityTypes: ActivityTypesService;
  badges: BadgesService;
}

/** Keeps the challenges: what is to be done, by when, and what there is for it. */
export class ChallengesService {
  readonly #parts: ChallengesParts;

  constructor(parts: ChallengesParts) {
    this.#parts = parts;
  }

  /** Challenges in order of their codes; only those in `statuses` when it is given. */
  async list(statuses?: readonly ConfigStatus[] | null): Promise<ChallengeRecord[]> {
    return (await this.#parts.store.list<StoredChallenge>(CHALLENGE, statuses)).map(recordOf);
  }

  /** The challenge with this code, or null; also for what is no code at all. */
  find(code: string): Promise<ChallengeRecord | null> {
    return this.#findIn(this.#parts.reader, code);
  }

  /**
   * Creates or updates a challenge by its code; saving the same again changes nothing. When it starts in the past, or what
   * it counts has changed, what members have done is counted anew in the background. What was paid stays paid.
   * @throws Refusal BAD_USER_INPUT, INVALID_EXPRESSION, UNKNOWN_ACTIVITY_TYPE, or CONFLICT for what cannot change any more.
   */
  async save(input: ChallengeInput, author: Author): Promise<ChallengeRecord> {
    const { code, status } = input;
    const { work, store, activityTypes } = this.#parts;
    // Alone: nobody is recording by the old definition, so what counts changes at one moment for all, and no two saves can
    // make a circle of prerequisites together.
    return work.run({ name: 'challenges.save', partitions: EVERY_PARTITION, notify: false }, async (tx) => {
      const before = await this.#findIn(tx, code);
      const definition = checkedChallenge(input, before?.startsAt ?? new Date(tx.now).toISOString());
      await activityTypes.requireIn(tx, definition.goal.activityTypes, () => ['goal', 'activityTypes']);
      await this.#requireBadgeIn(tx, definition.badge);
      requireWorking(input, definition, await this.#othersIn(tx, code));
      const wasOpen = await wasOpenIn(tx, code);
      if (wasOpen) requireSameKind(before, definition);
      const { changed } = await store.saveIn(tx, { ...author, kind: CHALLENGE, code, status, definition });
      const record = await this.#findIn(tx, code);
      if (record === null) throw new Error(`The challenge ${code} vanished while it was saved.`);
      if (changed) await prepareIn(tx, wasOpen ? before : null, record);
      return record;
    });
  }

  /** Pays whoever contributed to a challenge that was completed together and has not been paid. @returns how many were. */
  payCommunity(job: PayCommunity, signal?: AbortSignal): Promise<number> {
    return payCommunity(this.#parts.work, this.#parts.reader, job, signal);
  }

  async #findIn(reader: Reader, code: string): Promise<ChallengeRecord | null> {
    const stored = await this.#parts.store.getIn<StoredChallenge>(reader, CHALLENGE, code.replaceAll('\0', ''));
    return stored && recordOf(stored);
  }

  async #othersIn(tx: Tx, code: string): Promise<ChallengeRecord[]> {
    const all = await this.#parts.store.listIn<StoredChallenge>(tx, CHALLENGE);
    return all.map(recordOf).filter((other) => other.code !== code);
  }

  async #requireBadgeIn(tx: Tx, badge: string | null): Promise<void> {
    if (badge === null || (await this.#parts.badges.findIn(tx, badge)) !== null) return;
    throw badInput(['badge'], `There is no badge "${badge}". Save the badge first.`);
  }
}

/**
 * Brings what is counted in line with a challenge that was just saved.
 * @param before as it was; null when it was never open to members, so that nothing has counted towards it.
 */
async function prepareIn(tx: Tx, before: ChallengeRecord | null, challenge: ChallengeRecord): Promise<void> {
  const { code, version, mode } = challenge;
  announceSavedIn(tx, code);
  if (challenge.status !== 'ACTIVE' || !looksBack(before, challenge, tx.now)) return;
  if (mode === 'COMMUNITY') await clearContributionsIn(tx, code, null);
  await startFillIn(tx, `${CHALLENGE}:${code}`, version);
}

/** Tells whether activities that were recorded before the save may count, or no longer count. */
function looksBack(before: ChallengeRecord | null, after: ChallengeRecord, now: number): boolean {
  return before === null ? Date.parse(after.startsAt) < now : counting(before) !== counting(after);
}

/** Everything that decides what counts, as text. A challenge that was not active has missed what was recorded. */
function counting({ goal, streak, audience, prerequisites, startsAt, endsAt, status }: ChallengeRecord): string {
  return canonicalJson({ goal, streak, audience, prerequisites, startsAt, endsAt, status });
}

async function wasOpenIn(tx: Tx, code: string): Promise<boolean> {
  const versions = await tx.query(
    `select from configuration_versions where kind = $1 and code = $2 and status <> 'DRAFT' limit 1`,
    [CHALLENGE, code.replaceAll('\0', '')],
  );
  return versions.length > 0;
}

/**
 * Whose goal it is and how time is cut stay as they are once a challenge was open: what members have, and what they were
 * paid for, is kept by it. @throws Refusal CONFLICT.
 */
function requireSameKind(before: ChallengeRecord | null, after: StoredChallenge): void {
  if (before === null) return;
  const path = [
    ...(before.mode === after.mode ? [] : ['mode']),
    ...(before.recurrence === after.recurrence ? [] : ['recurrence']),
    ...(before.streak?.every === after.streak?.every ? [] : ['streak']),
  ].slice(0, 1);
  if (path.length === 0) return;
  const message = `This challenge was open to members, so its ${path[0]} stays what it was. Save a challenge of another code instead.`;
  throw new Refusal(ErrorCode.CONFLICT, message, { path: ['input', ...path] });
}
