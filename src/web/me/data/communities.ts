import type { Endpoint } from '../../shared/connection/endpoint.ts';
import type { Link } from '../../shared/connection/link.ts';
import { operations } from './operations.ts';
import type { CommunityUpdate, Contribution, Member, SharesData } from './types.ts';

/** How far everybody together is in a challenge of all. */
export interface Community {
  progress: string;
  percent: number;
  contributorCount: number;
  /** What each has brought, the largest first, as far as it was asked for; null before the first answer. */
  contributions: readonly Contribution[] | null;
}

interface CommunitiesEvents {
  changed(communities: ReadonlyMap<string, Community>): void;
  /** A challenge was completed or began anew: that is more than a number. */
  turned(): void;
}

const GATHER_MS = 60;
const AT_MOST_EVERY_MS = 2_000;
/** Everybody who looks is told at the same moment, and shall not ask at the same moment. */
const SPREAD_MS = 2_000;

/**
 * Follows the challenges of all. The numbers come by a stream that the server makes once for everybody who looks; who has
 * brought what is asked for when the member itself has added something, and while the list is open.
 */
export class Communities {
  readonly #endpoint: Endpoint;
  readonly #events: CommunitiesEvents;
  readonly #followed = new Map<string, () => void>();
  readonly #opened = new Set<string>();
  readonly #due = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #askedAt = new Map<string, number>();
  #known: ReadonlyMap<string, Community> = new Map();

  constructor(endpoint: Endpoint, events: CommunitiesEvents) {
    this.#endpoint = endpoint;
    this.#events = events;
  }

  /** Follows those of the member's challenges that still move. */
  follow(link: Link, { challenges }: Member): void {
    const running = challenges.filter(
      ({ challenge, status }) => challenge.mode === 'COMMUNITY' && status !== 'EXPIRED',
    );
    const codes = new Set(running.map(({ challenge }) => challenge.code));
    for (const [code, leave] of this.#followed) if (!codes.has(code)) this.#leave(code, leave);
    for (const code of codes) {
      if (this.#followed.has(code)) continue;
      this.#followed.set(code, this.#begin(link, code));
      this.#ask(code);
    }
  }

  /** Forgets everything, for another member. */
  clear(): void {
    for (const [code, leave] of this.#followed) this.#leave(code, leave);
    this.#opened.clear();
    this.#askedAt.clear();
    this.#known = new Map();
  }

  /** The member has added something: its share is another one. */
  added(): void {
    for (const code of this.#followed.keys()) this.#ask(code);
  }

  /** Keeps the list of who brought what fresh while somebody looks at it. */
  open(code: string, isOpen: boolean): void {
    if (!isOpen) this.#opened.delete(code);
    else if (this.#followed.has(code)) {
      this.#opened.add(code);
      this.#ask(code);
    }
  }

  #begin(link: Link, code: string): () => void {
    return link.follow({
      query: operations.community,
      variables: () => ({ code }),
      next: (data) => this.#told((data as { challengeUpdated: CommunityUpdate }).challengeUpdated),
      refused: () => false,
    });
  }

  #leave(code: string, leave: () => void): void {
    leave();
    clearTimeout(this.#due.get(code));
    this.#due.delete(code);
    this.#followed.delete(code);
  }

  #told({ code, community }: CommunityUpdate): void {
    if (community === null || !this.#followed.has(code)) return;
    const before = this.#known.get(code);
    const { progress, percent, contributorCount } = community;
    this.#set(code, { progress, percent, contributorCount, contributions: before?.contributions ?? null });
    if (this.#opened.has(code)) this.#ask(code);
    const isFull = percent >= 100;
    const hasTurned = before !== undefined && (isFull !== before.percent >= 100 || percent < before.percent);
    if (hasTurned) setTimeout(() => this.#events.turned(), Math.random() * SPREAD_MS);
  }

  #ask(code: string): void {
    if (this.#due.has(code)) return;
    const waitMs = Math.max(GATHER_MS, (this.#askedAt.get(code) ?? 0) + AT_MOST_EVERY_MS - Date.now());
    this.#due.set(
      code,
      setTimeout(() => void this.#load(code), waitMs),
    );
  }

  async #load(code: string): Promise<void> {
    const { token } = this.#endpoint;
    this.#due.delete(code);
    this.#askedAt.set(code, Date.now());
    // Without an answer the list stays as it was; it is asked for again when something happens.
    const data = await this.#endpoint.query<SharesData>(operations.shares, { code }).catch(() => null);
    const edges = data?.challenge?.community?.contributions.edges;
    if (edges === undefined || token !== this.#endpoint.token || !this.#followed.has(code)) return;
    const unknown = { progress: '0', percent: 0, contributorCount: edges.length };
    this.#set(code, { ...(this.#known.get(code) ?? unknown), contributions: edges.map(({ node }) => node) });
  }

  #set(code: string, community: Community): void {
    this.#known = new Map(this.#known).set(code, community);
    this.#events.changed(this.#known);
  }
}
