import { ErrorCode, Refusal } from '../platform/refusal.ts';
import type { Tx } from '../platform/tx.ts';
import type { Effect, MemberRecord, RecordCommand } from './commands.ts';
import type { Directory } from './slice.ts';

/**
 * An external id named another member, or none, by the time the locks were held. Whoever goes on would change a member
 * whose lock somebody else may hold, and overwrite what that one wrote; so the batch begins again from locating.
 */
export class MembersMovedError extends Error {
  override readonly name = 'MembersMovedError';
}

/** The members of one batch, by id and by external id. */
export class BatchMembers {
  readonly #byId = new Map<string, MemberRecord>();
  readonly #byExternalId = new Map<string, MemberRecord>();
  readonly #directory: Directory;

  private constructor(directory: Directory) {
    this.#directory = directory;
  }

  /**
   * Loads everyone the commands name, under the batch's locks.
   * @param located what the external ids named when the locks were chosen. @throws MembersMovedError when that has changed.
   */
  static async load(
    tx: Tx,
    directory: Directory,
    commands: readonly RecordCommand[],
    located: ReadonlyMap<string, string>,
  ): Promise<BatchMembers> {
    const members = new BatchMembers(directory);
    const externalIds = externalIdsOf(commands);
    members.#add(await directory.load(tx, unique(commands.map((command) => command.memberId)), externalIds));
    for (const externalId of externalIds) {
      if (members.#byExternalId.get(externalId)?.facts.id === located.get(externalId)) continue;
      throw new MembersMovedError('An external id changed hands while the locks were taken.');
    }
    return members;
  }

  /** Enrols whom these commands may enrol. A member joins with the first thing the batch knows of it. */
  async enrollUnknown(tx: Tx, commands: readonly RecordCommand[]): Promise<void> {
    const drafts = new Map<string, { externalId: string; joinedAt: number }>();
    for (const { externalId, enrollIfUnknown, occurredAt } of commands) {
      if (externalId === null || !enrollIfUnknown || this.#byExternalId.has(externalId)) continue;
      const joinedAt = Math.min(occurredAt ?? tx.now, drafts.get(externalId)?.joinedAt ?? tx.now);
      drafts.set(externalId, { externalId, joinedAt });
    }
    if (drafts.size > 0) this.#add(await this.#directory.enroll(tx, [...drafts.values()]));
  }

  /** The member a command speaks of; undefined when there is none, or none yet. */
  find({ memberId, externalId }: RecordCommand): MemberRecord | undefined {
    return memberId === null ? this.#byExternalId.get(externalId ?? '') : this.#byId.get(memberId);
  }

  byId(id: string): MemberRecord {
    const member = this.#byId.get(id);
    if (member === undefined) throw new Error('A candidate always names a loaded member.');
    return member;
  }

  /** The event of a member's enrolment, handed out once: to the activity that brought the member in. */
  takeWelcome(id: string): Effect[] {
    const member = this.byId(id);
    const { welcome } = member;
    delete member.welcome;
    return welcome === undefined ? [] : [welcome];
  }

  #add(members: readonly MemberRecord[]): void {
    for (const member of members) {
      this.#byId.set(member.facts.id, member);
      if (member.facts.externalId !== null) this.#byExternalId.set(member.facts.externalId, member);
    }
  }
}

/** @throws Refusal MEMBER_NOT_ACTIVE unless activities may be recorded for the member. */
export function requireActive({ status }: MemberRecord, command: RecordCommand): void {
  if (status === 'ACTIVE') return;
  const message = `The member is ${status.toLowerCase()}, so nothing is recorded. Activate the member first.`;
  throw new Refusal(ErrorCode.MEMBER_NOT_ACTIVE, message, { path: [fieldOf(command)], details: { status } });
}

/** The refusal of a command that speaks of nobody. */
export function unknownMember(command: RecordCommand): Refusal {
  const { memberId, externalId } = command;
  const message =
    memberId === null
      ? `There is no member with the external id "${externalId}". Enrol the member first, or set enrollIfUnknown.`
      : 'There is no member with this id. Check memberId.';
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: [fieldOf(command)] });
}

/** The distinct external ids of the commands. */
export function externalIdsOf(commands: readonly RecordCommand[]): string[] {
  return unique(commands.map((command) => command.externalId));
}

export function unique(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}

function fieldOf({ memberId }: RecordCommand): string {
  return memberId === null ? 'memberExternalId' : 'memberId';
}
