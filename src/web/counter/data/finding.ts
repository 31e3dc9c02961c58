import type { Desk } from './desk.ts';
import { failed } from './desk.ts';
import { operations } from './operations.ts';
import { type Recognised, recognise } from './recognise.ts';
import { BUSY, type Find, type Job, NOTHING_FOUND, READY } from './state.ts';
import type { FindData, Match, Redemption } from './types.ts';

/** Who types pauses between words; who pauses wants to see something. */
const PAUSE_MS = 180;
/** Fewer characters fit half of all members. */
const FEWEST_CHARACTERS = 2;
/** Written like a referral code, which is no way to find anybody. */
const LIKE_A_REFERRAL = /^(?=.*\d)[A-HJKMNP-Z2-9]{8}$/i;

interface Found {
  member(id: string): void;
  voucher(redemption: Redemption): void;
}

/** The one field: shows matches while somebody types, and opens what is meant at the end of a line. */
export class Finding {
  readonly #desk: Desk;
  readonly #found: Found;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #latest = new AbortController();

  constructor(desk: Desk, found: Found) {
    this.#desk = desk;
    this.#found = found;
  }

  /** The text has changed. */
  type(text: string): void {
    this.#stop();
    const recognised = recognise(text);
    this.#desk.set({ find: { ...NOTHING_FOUND, text, recognised } });
    const wanted = searchOf(recognised);
    if (wanted !== null && wanted.length >= FEWEST_CHARACTERS) {
      this.#timer = setTimeout(() => void this.#list(wanted), PAUSE_MS);
    }
  }

  /** The end of a line: by a hand, a scanner or the camera. */
  async enter(text: string = this.#desk.state.find.text): Promise<void> {
    const { find } = this.#desk.state;
    const chosen = text === find.text ? find.matches?.[find.active] : undefined;
    if (chosen !== undefined) return this.pick(chosen.id);
    this.#stop();
    const recognised = recognise(text);
    const { kind } = recognised;
    const isNoQuestion = kind === 'MISTYPED_VOUCHER' || kind === 'REFERRAL' || kind === 'LINK';
    this.#desk.set({ find: { ...NOTHING_FOUND, text, recognised, job: isNoQuestion ? failed(kind) : READY } });
    if (isNoQuestion || kind === 'NOTHING') return;
    if (recognised.kind === 'VOUCHER') await this.#lookUp(recognised.code, text);
    else await this.#open(recognised, text);
  }

  /** Opens one of the matches. */
  pick(id: string): void {
    this.clear();
    this.#found.member(id);
  }

  /** Moves among the matches, round and round. */
  move(by: 1 | -1): void {
    const { find } = this.#desk.state;
    const count = find.matches?.length ?? 0;
    if (count === 0) return;
    const from = find.active === -1 && by === -1 ? 0 : find.active;
    this.#set({ active: (from + by + count) % count });
  }

  clear(): void {
    this.#stop();
    this.#desk.set({ find: NOTHING_FOUND });
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#latest.abort();
    this.#latest = new AbortController();
  }

  #set(change: Partial<Find>): void {
    this.#desk.set({ find: { ...this.#desk.state.find, ...change } });
  }

  /** Asks for whoever fits; null when it was refused, or when something else has been typed meanwhile. */
  async #ask<Data>(document: string, variables: object): Promise<Data | null> {
    const { signal } = this.#latest;
    const report = (job: Job) => signal.aborted || this.#set({ job });
    const data = await this.#desk.ask<Data>(document, variables, report, signal);
    return signal.aborted ? null : data;
  }

  async #list(text: string): Promise<void> {
    const data = await this.#ask<FindData>(operations.find, { text });
    if (data === null) return;
    const matches = matchesOf(data);
    this.#set({ matches, hasMore: data.members.pageInfo.hasNextPage, job: READY });
  }

  /** Opens the one who is meant; when it may be several, shows them. */
  async #open(recognised: Recognised, text: string): Promise<void> {
    const wanted = searchOf(recognised) ?? text;
    const data = await this.#ask<FindData>(operations.find, { text: wanted });
    if (data === null) return;
    const matches = matchesOf(data);
    const meant = exactOf(data, matches, recognised);
    if (meant !== undefined) return this.pick(meant.id);
    const isNobody = matches.length === 0 || recognised.kind === 'NUMBER';
    const found = isNobody
      ? { job: failed(nobodyFor(recognised, wanted)), matches: [] }
      : { job: READY, matches, active: 0 };
    this.#set({ ...found, hasMore: data.members.pageInfo.hasNextPage });
  }

  async #lookUp(code: string, text: string): Promise<void> {
    this.#set({ job: BUSY });
    const data = await this.#ask<{ redemption: Redemption | null }>(operations.voucher, { code });
    if (data === null) return;
    if (data.redemption !== null) {
      this.clear();
      this.#found.voucher(data.redemption);
      return;
    }
    // A name of twelve letters may pass for a code.
    if (/^\p{L}+$/u.test(text.trim())) return this.#open({ kind: 'TEXT', text: text.trim() }, text);
    this.#set({ job: failed('UNKNOWN_VOUCHER') });
  }
}

/** What is looked for while somebody types; vouchers are not, because every wrong code counts as a guess. */
function searchOf(recognised: Recognised): string | null {
  if (recognised.kind === 'NUMBER') return recognised.number;
  return 'text' in recognised ? recognised.text : null;
}

/** Why nobody was found, as far as the text tells. */
function nobodyFor({ kind }: Recognised, text: string): string {
  if (kind === 'MISTYPED_NUMBER') return kind;
  return LIKE_A_REFERRAL.test(text) ? 'REFERRAL_CODE' : 'NOBODY';
}

function matchesOf({ exact, members }: FindData): Match[] {
  const found = members.edges.map(({ node }) => node);
  return exact === null || found.some(({ id }) => id === exact.id) ? found : [exact, ...found];
}

/** Who is meant beyond doubt: by a number or address, or because nobody else fits. */
function exactOf({ exact }: FindData, matches: readonly Match[], recognised: Recognised): Match | undefined {
  if (recognised.kind === 'NUMBER') return matches.find(({ memberNumber }) => memberNumber === recognised.number);
  if (exact !== null) return exact;
  const text = 'text' in recognised ? recognised.text.toLowerCase() : '';
  return matches.find(({ email }) => email === text) ?? (matches.length === 1 ? matches[0] : undefined);
}
