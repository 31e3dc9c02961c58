import { backoffMs } from '../../shared/connection/backoff.ts';
import { Endpoint, RequestError } from '../../shared/connection/endpoint.ts';
import { Link, type LinkStatus } from '../../shared/connection/link.ts';
import type { Store } from '../../shared/view/use-store.ts';
import { Communities } from './communities.ts';
import { operations } from './operations.ts';
import { forget, lastSeen, remember } from './seen.ts';
import { INITIAL, type MeState, nobody } from './state.ts';
import type { Member, MemberEvent, PageData } from './types.ts';
import { winsAfter } from './wins.ts';

/** Events come in handfuls; what they changed is asked for once. */
const GATHER_MS = 60;
/** At most this often, so that a member to whom much happens stays within what one may ask for in a minute. */
const AT_MOST_EVERY_MS = 600;
/** What changes by time alone (points that become spendable, periods that end) is asked for this often. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Keeps one member's page in step with the server, for ever: everything is asked for at once and again after each event,
 * so the page never has to know what an event changes. Knows nothing of how it is shown.
 */
export class MeStore implements Store<MeState> {
  state: MeState = INITIAL;
  readonly #endpoint: Endpoint;
  readonly #listeners = new Set<() => void>();
  #link: Link | null = null;
  #after: string | null = null;
  #isFollowing = false;
  readonly #communities: Communities;
  #loading = false;
  #isDue = false;
  #isSoon = false;
  #loadedAt = 0;
  #failures = 0;
  #next: ReturnType<typeof setTimeout> | undefined;

  /** @param source the server's address. */
  constructor(source: string) {
    this.#endpoint = new Endpoint(source);
    this.#communities = new Communities(this.#endpoint, {
      changed: (communities) => this.#set({ communities }),
      turned: () => this.#refresh(),
    });
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#refresh());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shows the page of the bearer of a token; with null, nobody's. */
  signIn(token: string | null): void {
    if (token === null && this.#endpoint.token !== null) forget();
    this.#begin(token);
  }

  #begin(token: string | null): void {
    this.#leave();
    this.#endpoint.token = token;
    this.#set({ ...nobody(), signedIn: token !== null, tokenRefused: false, status: 'connecting', lastSeenAt: null });
    if (token === null) return;
    this.#link = new Link(this.#endpoint, {
      status: (status) => this.#statusIs(status),
      connected: () => this.#refresh(),
      unauthenticated: () => this.#tokenRefused(),
    });
    this.#link.start();
    this.#refresh();
  }

  /** Puts away what was won. */
  dismiss(): void {
    this.#set({ wins: [] });
  }

  /** Keeps the list of who brought what to a challenge of all fresh while somebody looks at it. */
  open(code: string, isOpen: boolean): void {
    this.#communities.open(code, isOpen);
  }

  #leave(): void {
    clearTimeout(this.#next);
    this.#isSoon = false;
    this.#loadedAt = 0;
    this.#link?.stop();
    this.#link = null;
    this.#after = null;
    this.#isFollowing = false;
    this.#communities.clear();
  }

  /** Asks for everything soon; what is asked while an answer is on its way is asked once more after it. */
  #refresh(): void {
    if (this.#endpoint.token === null) return;
    if (this.#loading) {
      this.#isDue = true;
      return;
    }
    // One that is already on its way is not put off: a flood of events would put it off for ever.
    if (this.#isSoon) return;
    this.#isSoon = true;
    clearTimeout(this.#next);
    const waitMs = Math.max(GATHER_MS, this.#loadedAt + AT_MOST_EVERY_MS - Date.now());
    this.#next = setTimeout(() => this.#load(), waitMs);
  }

  async #load(): Promise<void> {
    const { token } = this.#endpoint;
    this.#loading = true;
    this.#isDue = false;
    this.#isSoon = false;
    this.#loadedAt = Date.now();
    let nextMs = LOOK_AGAIN_MS;
    try {
      const data = await this.#endpoint.query<PageData>(operations.page);
      if (token === this.#endpoint.token) this.#loaded(data);
    } catch (error) {
      if (token === this.#endpoint.token) nextMs = this.#failed(error);
    }
    this.#loading = false;
    if (this.#endpoint.token === null) return;
    if (this.#isDue || token !== this.#endpoint.token) this.#refresh();
    else this.#next = setTimeout(() => this.#load(), nextMs);
  }

  #loaded({ program, badges, me }: PageData): void {
    this.#failures = 0;
    this.#set({ program, badges, member: me, isNoMember: me === null });
    if (me === null) return;
    this.#followEvents(me);
    if (this.#link !== null) this.#communities.follow(this.#link, me);
  }

  /** @returns how long to wait before asking again. */
  #failed(error: unknown): number {
    if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') this.#tokenRefused();
    this.#failures += 1;
    return backoffMs(this.#failures - 1);
  }

  /**
   * Follows what happens from where this browser left off, otherwise from the member's latest activity: what happens
   * between the answer and the beginning of the stream is then not lost.
   */
  #followEvents(me: Member): void {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    this.#after = lastSeen(me.id) ?? me.activities.edges[0]?.node.effects.at(-1)?.cursor ?? null;
    // Whoever only looks has seen it all the same.
    if (this.#after !== null) remember(me.id, this.#after);
    this.#link?.follow({
      query: operations.events,
      variables: () => ({ after: this.#after }),
      next: (data) => this.#happened((data as { memberEvents: MemberEvent }).memberEvents, me.id),
      refused: (code) => {
        const isExpired = code === 'CURSOR_EXPIRED' && this.#after !== null;
        this.#after = null;
        this.#refresh();
        return isExpired;
      },
    });
  }

  #happened(event: MemberEvent, member: string): void {
    this.#after = event.cursor;
    remember(member, event.cursor);
    const { points, balance, entry } = event;
    const isEarned = event.__typename === 'PointsEarned' && points !== undefined && balance !== undefined;
    const earned = isEarned ? { points, balance, reason: entry?.rule?.name ?? entry?.reason ?? '' } : this.state.earned;
    this.#set({ wins: winsAfter(this.state.wins, event), earned, lastSeenAt: this.#link?.lastSeenAt ?? null });
    if (event.__typename === 'ChallengeProgressed' || event.__typename === 'ChallengeCompleted')
      this.#communities.added();
    this.#refresh();
  }

  #statusIs(status: LinkStatus): void {
    this.#set({ status, lastSeenAt: this.#link?.lastSeenAt ?? null });
  }

  #tokenRefused(): void {
    // A token that has run its time is no sign-out: the next visit goes on from here.
    this.#begin(null);
    this.#set({ tokenRefused: true });
  }

  #set(change: Partial<MeState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
