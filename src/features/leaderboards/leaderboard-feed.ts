import type { StoredEvent } from '../../platform/outbox.ts';
import { ThrottledStates } from '../../platform/throttled-states.ts';
import { MEMBER_APPEARANCE_CHANGED, MEMBER_STATUS_CHANGED } from '../members/members.events.ts';
import { type BoardState, LeaderboardUpdates, type UpdatesRequest } from './leaderboard-updates.ts';
import { LeaderboardWatch, type WatchParts } from './leaderboard-watch.ts';
import {
  LEADERBOARD_SAVED,
  SCORES_CHANGED,
  type ScoresChangedPayload,
  SEASON_CLOSED,
  SEASON_REFILLED,
} from './leaderboards.events.ts';

interface Watched {
  watch: LeaderboardWatch;
  streams: number;
}

/** The boards that somebody watches on this node, and what they hear of changes: every event of the tail, silent ones too. */
export class LeaderboardFeed {
  readonly #parts: WatchParts;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Begins to follow a board. What is wrong with it is told by the stream's first state. */
  follow(code: string, request: UpdatesRequest): ThrottledStates<BoardState> {
    const watched = this.#watched.get(code) ?? { watch: new LeaderboardWatch(this.#parts, code), streams: 0 };
    this.#watched.set(code, watched);
    watched.streams += 1;
    const updates = new LeaderboardUpdates(watched.watch, request);
    return new ThrottledStates<BoardState>({
      watched: watched.watch,
      throttleMs: request.throttleMs,
      read: (before, since) => updates.read(before, since),
      onEnd: () => {
        watched.streams -= 1;
        if (watched.streams > 0) return;
        watched.watch.ticks.stop();
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
      case SCORES_CHANGED: {
        const { changes } = payload as unknown as ScoresChangedPayload;
        for (const { watch } of this.#watched.values()) watch.scoresChanged(changes);
        return;
      }
      case LEADERBOARD_SAVED:
      case SEASON_CLOSED:
      case SEASON_REFILLED:
        this.#watched.get(String(payload.leaderboard))?.watch.changed(true);
        return;
      // Any member may stand on any board, and names change rarely.
      case MEMBER_APPEARANCE_CHANGED:
      case MEMBER_STATUS_CHANGED:
        for (const { watch } of this.#watched.values()) watch.changed(false);
    }
  }
}
