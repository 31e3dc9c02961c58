import type { Refusal } from '../platform/refusal.ts';
import type { Viewer } from './context.ts';

/** Makes the refusal of whoever guessed wrong too often, from the wait in milliseconds. */
export type Refuse = (waitMs: number) => Refusal;

const WINDOW_MS = 60_000;

/** What one guesser has done within the window. */
interface Guesser {
  wrong: number;
  /** When the window ends, epoch milliseconds; counted from the first wrong guess. */
  endsAt: number;
  /** Guesses that are being tried, of which nobody knows yet whether they are wrong. */
  trying: number;
  /** Wakes those who wait for one of them to end. */
  waiting: (() => void)[];
}

/**
 * Limits guesses of secrets that a request may name, such as voucher codes: so many wrong ones in a minute for one guesser,
 * however many come in one document or at once. While those that are being tried could use the limit up, others wait for
 * them instead of being refused, because most are right and cost nothing.
 */
export class GuessLimit {
  readonly #most: number;
  readonly #refuse: Refuse;
  readonly #guessers = new Map<string, Guesser>();

  /** @param mostPerMinute wrong guesses of one guesser; zero is no limit. */
  constructor(mostPerMinute: number, refuse: Refuse) {
    this.#most = mostPerMinute;
    this.#refuse = refuse;
  }

  /** Looks for what a viewer guessed; null is a wrong guess. @throws Refusal RATE_LIMITED. */
  guess<Found>({ actor }: Pick<Viewer, 'actor'>, look: () => Promise<Found | null>): Promise<Found | null> {
    return this.guessAs(actor, look);
  }

  /** `guess` for guessers who are known by something else, such as their address. */
  guessAs<Found>(name: string, look: () => Promise<Found | null>): Promise<Found | null> {
    return this.#try(name, look, (tried) => tried.status === 'fulfilled' && tried.value === null);
  }

  /**
   * Does what a guessed secret opens.
   * @param isWrong tells the error of a wrong guess from all others, which cost nothing.
   * @throws Refusal RATE_LIMITED, or whatever `act` throws.
   */
  act<Done>(name: string, act: () => Promise<Done>, isWrong: (error: unknown) => boolean): Promise<Done> {
    return this.#try(name, act, (tried) => tried.status === 'rejected' && isWrong(tried.reason));
  }

  /** Passes unless the guesser has been wrong too often. @throws Refusal RATE_LIMITED. */
  requireSome(name: string): void {
    const guesser = this.#guessers.get(name);
    if (guesser !== undefined) this.#requireSomeOf(guesser);
  }

  /** Counts a wrong guess that was found elsewhere. */
  countWrong(name: string): void {
    if (this.#most > 0) this.#count(this.#guesserOf(name), name);
  }

  async #try<Done>(
    name: string,
    act: () => Promise<Done>,
    isWrong: (tried: PromiseSettledResult<Done>) => boolean,
  ): Promise<Done> {
    if (this.#most === 0) return act();
    const guesser = await this.#enter(name);
    const [tried] = await Promise.allSettled([act()]);
    guesser.trying -= 1;
    if (isWrong(tried)) this.#count(guesser, name);
    for (const wake of guesser.waiting.splice(0)) wake();
    this.#forgetIdle(guesser, name);
    if (tried.status === 'rejected') throw tried.reason;
    return tried.value;
  }

  /** Begins to try a guess. Looked up anew after each wait, because who is idle is forgotten. */
  async #enter(name: string): Promise<Guesser> {
    for (;;) {
      const guesser = this.#guesserOf(name);
      this.#requireSomeOf(guesser);
      if (wrongOf(guesser) + guesser.trying < this.#most) {
        guesser.trying += 1;
        return guesser;
      }
      await new Promise<void>((resolve) => guesser.waiting.push(resolve));
    }
  }

  #guesserOf(name: string): Guesser {
    const guesser = this.#guessers.get(name) ?? { wrong: 0, endsAt: 0, trying: 0, waiting: [] };
    this.#guessers.set(name, guesser);
    return guesser;
  }

  #requireSomeOf(guesser: Guesser): void {
    if (this.#most > 0 && wrongOf(guesser) >= this.#most) throw this.#refuse(guesser.endsAt - Date.now());
  }

  #count(guesser: Guesser, name: string): void {
    guesser.wrong = wrongOf(guesser) + 1;
    if (guesser.wrong > 1) return;
    guesser.endsAt = Date.now() + WINDOW_MS;
    // Nobody may fill the memory with guessers; and nothing waits for this.
    setTimeout(() => this.#forgetIdle(guesser, name), WINDOW_MS + 1).unref();
  }

  #forgetIdle(guesser: Guesser, name: string): void {
    const isIdle = guesser.trying === 0 && guesser.waiting.length === 0 && wrongOf(guesser) === 0;
    if (isIdle && this.#guessers.get(name) === guesser) this.#guessers.delete(name);
  }
}

/** Wrong guesses that still count. */
function wrongOf({ wrong, endsAt }: Guesser): number {
  return Date.now() < endsAt ? wrong : 0;
}
