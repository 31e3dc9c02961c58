import { Endpoint, RequestError } from '../../shared/connection/endpoint.ts';
import { Link } from '../../shared/connection/link.ts';
import type { LinkStatus } from '../../shared/connection/link-status.ts';
import type { Store } from '../../shared/view/use-store.ts';
import { Asked } from './asked.ts';
import { Communities } from './communities.ts';
import { operations } from './operations.ts';
import { forget, lastSeen, remember } from './seen.ts';
import { INITIAL, type MeState, nobody } from './state.ts';
import type { Member, MemberEvent, PageData } from './types.ts';
import { Value } from './value.ts';
import { winsAfter } from './wins.ts';

/** At most this often, so that a member to whom much happens stays within what one may ask for in a minute. */
const AT_MOST_EVERY_MS = 600;

/**
 * Keeps one member's page in step with the server, for ever: everything that is looked at is asked for at once and again
 * after each event, so the page never has to know what an event changes. Knows nothing of how it is shown.
 */
export class MeStore implements Store<MeState> {
  state: MeState = INITIAL;
  /** Rewards, vouchers and friends: what can be done with them. */
  readonly value: Value;
  readonly #endpoint: Endpoint;
  readonly #listeners = new Set<() => void>();
  readonly #page: Asked<PageData>;
  readonly #communities: Communities;
  #link: Link | null = null;
  #after: string | null = null;
  #isFollowing = false;
  #view: string | null = null;

  /** @param source the server's address. */
  constructor(source: string) {
    this.#endpoint = new Endpoint(source);
    this.#page = new Asked<PageData>(this.#endpoint, operations.page, AT_MOST_EVERY_MS, {
      answered: (data) => this.#answered(data),
      refused: (error) => error instanceof RequestError && error.code === 'UNAUTHENTICATED' && this.#tokenRefused(),
    });
    this.#communities = new Communities(this.#endpoint, {
      changed: (communities) => this.#set({ communities }),
      turned: () => this.#page.refresh(),
    });
    this.value = new Value(this.#endpoint, {
      changed: (change) => this.#set(change),
      unauthenticated: () => this.#tokenRefused(),
      spent: () => this.#page.refresh(),
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

  /** Puts away what was won. */
  dismiss(): void {
    this.#set({ wins: [] });
  }

  /** Keeps the list of who brought what to a challenge of all fresh while somebody looks at it. */
  open(code: string, isOpen: boolean): void {
    this.#communities.open(code, isOpen);
  }

  /** Keeps the part of the page that is looked at fresh, besides what everybody sees first. */
  watch(view: string | null): void {
    this.#view = view;
    this.value.watch(this.state.member === null ? null : view, this.#link);
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
    this.#page.open();
  }

  #leave(): void {
    this.#page.close();
    this.#link?.stop();
    this.#link = null;
    this.#after = null;
    this.#isFollowing = false;
    this.#communities.clear();
    this.value.clear();
  }

  #refresh(): void {
    this.#page.refresh();
    this.value.refresh();
  }

  #answered({ program, badges, rewards, referralProgram, me }: PageData): void {
    const offers = { rewards: rewards.edges.length > 0, referrals: referralProgram !== null };
    this.#set({ program, badges, offers, member: me, isNoMember: me === null });
    if (me === null) return;
    this.#followEvents(me);
    if (this.#link !== null) this.#communities.follow(this.#link, me);
    this.watch(this.#view);
    void this.value.askCard();
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
    const voucher = event.__typename === 'RedemptionChanged' ? event : this.state.voucher;
    const lastSeenAt = this.#link?.lastSeenAt ?? null;
    this.#set({ wins: winsAfter(this.state.wins, event), earned, voucher, lastSeenAt });
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
