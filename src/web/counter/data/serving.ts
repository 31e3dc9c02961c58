import { Link } from '../../shared/connection/link.ts';
import type { Desk } from './desk.ts';
import { failed } from './desk.ts';
import { operations } from './operations.ts';
import { type Job, READY } from './state.ts';
import type { MemberData } from './types.ts';

/** Events come in handfuls; what they changed is asked for once. */
const GATHER_MS = 60;
/** At most this often, whatever happens to the member. */
const AT_MOST_EVERY_MS = 500;
/** What changes by time alone (points that become spendable, vouchers that end) is asked for this often. */
const LOOK_AGAIN_MS = 60_000;

/**
 * Keeps what is shown of one member in step with the server, whoever changes it: another counter, the shop, the member.
 * Everything is asked for at once and again after each event, so that the page never has to know what an event changes.
 */
export class Serving {
  readonly #desk: Desk;
  #link: Link | null = null;
  #leave: (() => void) | null = null;
  #after: string | null = null;
  #isLoading = false;
  #isDue = false;
  /** Which question is the latest: answers to older ones come too late. */
  #turn = 0;
  #loadedAt = 0;
  #next: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.refresh());
  }

  /** Connects with the token that the desk holds now. */
  connect(): void {
    this.#link?.stop();
    this.#link = new Link(this.#desk.endpoint, {
      status: (status) => this.#desk.set({ status, lastSeenAt: this.#link?.lastSeenAt ?? null }),
      connected: () => this.refresh(),
      unauthenticated: () => this.#desk.refused(),
    });
    this.#link.start();
  }

  disconnect(): void {
    this.close();
    this.#link?.stop();
    this.#link = null;
    this.#desk.set({ status: 'connecting', lastSeenAt: null });
  }

  /** Begins to serve a member. */
  open(memberId: string): void {
    const isOther = memberId !== this.#desk.state.memberId;
    if (isOther) {
      this.close();
      this.#desk.set({ memberId });
    }
    void this.#load();
  }

  /** Forgets the member. */
  close(): void {
    clearTimeout(this.#next);
    this.#leave?.();
    this.#leave = null;
    this.#after = null;
    this.#isLoading = false;
    this.#turn += 1;
    this.#desk.endAsking();
    this.#desk.set({ memberId: null, served: null, serving: READY, sheet: null, win: null });
  }

  /** Asks again soon; what is asked while an answer is on its way is asked once more after it. */
  refresh(): void {
    if (this.#desk.state.memberId === null) return;
    if (this.#isLoading) {
      this.#isDue = true;
      return;
    }
    clearTimeout(this.#next);
    const waitMs = Math.max(GATHER_MS, this.#loadedAt + AT_MOST_EVERY_MS - Date.now());
    this.#next = setTimeout(() => void this.#load(), waitMs);
  }

  async #load(): Promise<void> {
    const { memberId: id } = this.#desk.state;
    if (id === null) return;
    clearTimeout(this.#next);
    this.#isLoading = true;
    this.#isDue = false;
    this.#loadedAt = Date.now();
    this.#turn += 1;
    const turn = this.#turn;
    const isStill = () => turn === this.#turn;
    const report = (job: Job) => isStill() && this.#desk.set({ serving: job });
    const data = await this.#desk.ask<MemberData>(operations.member, { id }, report);
    if (!isStill()) return;
    this.#isLoading = false;
    if (data !== null) this.#loaded(data);
    if (this.#isDue) this.refresh();
    else this.#next = setTimeout(() => void this.#load(), LOOK_AGAIN_MS);
  }

  #loaded({ member, rewards }: MemberData): void {
    if (member === null) {
      this.#desk.set({ serving: failed('NOBODY') });
      return;
    }
    this.#desk.set({ served: { member, rewards: rewards.edges.map(({ node }) => node) }, serving: READY });
    this.#follow(member.id, member.activities.edges[0]?.node.effects.at(-1)?.cursor ?? null);
  }

  /** From the latest activity that was answered, so that nothing is missed between the answer and the first event. */
  #follow(member: string, after: string | null): void {
    if (this.#leave !== null || this.#link === null) return;
    this.#after = after;
    this.#leave = this.#link.follow({
      query: operations.events,
      variables: () => ({ member, after: this.#after }),
      next: (data) => {
        this.#after = (data as { memberEvents: { cursor: string } }).memberEvents.cursor;
        this.#desk.set({ lastSeenAt: this.#link?.lastSeenAt ?? null });
        this.refresh();
      },
      refused: (code) => {
        const isExpired = code === 'CURSOR_EXPIRED' && this.#after !== null;
        this.#after = null;
        this.refresh();
        return isExpired;
      },
    });
  }
}
