import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { Ticks } from '../../platform/ticks.ts';
import type { ChallengeRecord } from './challenges.definitions.ts';
import type { ChallengesServices } from './challenges.loaders.ts';
import { type Community, changesAt, type Moment, readCommunities } from './challenges.reading.ts';

/** Timers hold at most this; what changes later is looked at again then. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

/** What watching takes of the services. */
export type WatchParts = Pick<ChallengesServices, 'challenges' | 'program' | 'reader' | 'clock'>;

/** How a community challenge stands for all who watch it. */
export interface ChallengeState {
  record: ChallengeRecord;
  community: Community;
  /** Rises when a member's name or visibility changed: contributions may look different. */
  names: number;
}

/**
 * One challenge that somebody watches on this node. However many streams read it, a change costs the same few statements
 * once.
 */
export class ChallengeWatch {
  readonly ticks = new Ticks();
  readonly #parts: WatchParts;
  readonly #code: string;
  #epoch = 0;
  #names = 0;
  #state: Promise<ChallengeState> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: WatchParts, code: string) {
    this.#parts = parts;
    this.#code = code;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Hears that something was contributed, or that the challenge was saved. */
  changed(): void {
    this.#epoch += 1;
    this.#state = null;
    this.ticks.poke();
  }

  /** Hears that a member is called or seen differently. */
  namesChanged(): void {
    this.#names += 1;
    this.changed();
  }

  /** The state; read once for all who ask before it changes. @throws Refusal NOT_FOUND, or BAD_USER_INPUT for an INDIVIDUAL one. */
  state(): Promise<ChallengeState> {
    if (this.#state !== null) return this.#state;
    const state = this.#read();
    this.#state = state;
    state.catch(() => {
      if (this.#state === state) this.#state = null;
    });
    return state;
  }

  stop(): void {
    this.ticks.stop();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #read(): Promise<ChallengeState> {
    const { challenges, program, reader, clock } = this.#parts;
    const names = this.#names;
    const [record, { timeZone }] = await Promise.all([challenges.find(this.#code), program.get()]);
    if (record === null) throw notFound();
    if (record.mode !== 'COMMUNITY') throw isIndividual();
    const moment = { now: clock.now(), timeZone };
    const [community] = await readCommunities(reader, [record], moment);
    if (community === undefined) throw new Error('Each challenge that is asked for is answered.');
    this.#waitFor(record, moment);
    return { record, community, names };
  }

  /** A new period begins and a challenge starts or ends without anybody doing anything. */
  #waitFor(record: ChallengeRecord, moment: Moment): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const at = changesAt(record, moment);
    if (at === null) return;
    this.#timer = setTimeout(() => this.changed(), Math.min(at - moment.now, LONGEST_WAIT_MS));
    this.#timer.unref();
  }
}

export function notFound(): Refusal {
  const message = 'There is no challenge of this code, or none for you.';
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: ['code'] });
}

function isIndividual(): Refusal {
  const message = 'In this challenge everybody has a goal of their own; `memberEvents` tells how a member gets on.';
  return new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['code'] });
}
