import type { Viewer } from '../../api/context.ts';
import type { Selection } from '../../api/streams.ts';
import type { StoredEvent } from '../../platform/outbox.ts';
import { ThrottledStates } from '../../platform/throttled-states.ts';
import { MEMBER_APPEARANCE_CHANGED, MEMBER_STATUS_CHANGED } from '../members/members.events.ts';
import { type ChallengeState, ChallengeWatch, notFound, type WatchParts } from './challenge-watch.ts';
import { mayReadChallenge } from './challenges.access.ts';
import { CHALLENGE_SAVED, CONTRIBUTIONS_CHANGED } from './challenges.events.ts';

/** The shortest time between two updates: faster than this, nobody sees a number change. */
const THROTTLE_MS = 250;

interface Watched {
  watch: ChallengeWatch;
  streams: number;
}

/** The community challenges that somebody watches on this node, and what they hear of changes: every event of the tail, silent ones too. */
export class ChallengeFeed {
  readonly #parts: WatchParts;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Begins to follow a challenge. What is wrong with it is told by the stream's first state. */
  follow(code: string, viewer: Viewer, selection: Selection): ThrottledStates<ChallengeState> {
    const watched = this.#watched.get(code) ?? { watch: new ChallengeWatch(this.#parts, code), streams: 0 };
    this.#watched.set(code, watched);
    watched.streams += 1;
    const showsNames = selection.has('community.contributions');
    return new ThrottledStates<ChallengeState>({
      watched: watched.watch,
      throttleMs: THROTTLE_MS,
      read: async (before) => {
        const state = await watched.watch.state();
        if (!mayReadChallenge(viewer, state.record)) throw notFound();
        return before !== null && looksOf(before, showsNames) === looksOf(state, showsNames) ? null : state;
      },
      onEnd: () => {
        watched.streams -= 1;
        if (watched.streams > 0) return;
        watched.watch.stop();
        this.#watched.delete(code);
      },
    });
  }

  /** Takes what the tail delivers. */
  take(events: readonly StoredEvent[]): void {
    if (this.#watched.size === 0) return;
    for (const event of events) this.#hear(event);
  }

  #hear({ type, payload }: StoredEvent): void {
    switch (type) {
      case CONTRIBUTIONS_CHANGED:
        for (const code of payload.challenges as string[]) this.#watched.get(code)?.watch.changed();
        return;
      case CHALLENGE_SAVED:
        this.#watched.get(String(payload.challenge))?.watch.changed();
        return;
      // Any member may have contributed, and names change rarely.
      case MEMBER_APPEARANCE_CHANGED:
      case MEMBER_STATUS_CHANGED:
        for (const { watch } of this.#watched.values()) watch.namesChanged();
    }
  }
}

/** Everything of a state that can be seen, as text. */
function looksOf({ record, community, names }: ChallengeState, showsNames: boolean): string {
  return JSON.stringify([record, community, showsNames ? names : 0]);
}
