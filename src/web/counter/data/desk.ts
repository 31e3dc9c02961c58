import { Endpoint, RequestError } from '../../shared/connection/endpoint.ts';
import { Keys } from '../../shared/keys.ts';
import type { Store } from '../../shared/view/use-store.ts';
import { GivenUp, persist } from './persist.ts';
import { BUSY, type CounterState, INITIAL, type Job, type Sheet, type Trouble } from './state.ts';
import type { UserError } from './types.ts';

/** What all parts of the counter work on: the state that is shown, and the server. */
export class Desk implements Store<CounterState> {
  state: CounterState = INITIAL;
  readonly endpoint: Endpoint;
  readonly #keys = new Keys('counter');
  /** Told when the server does not accept the token any more. */
  refused: () => void = () => {};
  readonly #listeners = new Set<() => void>();
  #ending = new AbortController();

  /** @param source the server's address. */
  constructor(source: string) {
    this.endpoint = new Endpoint(source);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(change: Partial<CounterState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** Changes the sheet that was opened under this key, if it still lies there. */
  setSheet(key: string, change: Partial<Sheet>): void {
    const { sheet } = this.state;
    if (sheet?.key === key) this.set({ sheet: { ...sheet, ...change } as Sheet });
  }

  /** The sheet of a kind, if that is what lies on top. */
  sheet<Kind extends Sheet['kind']>(kind: Kind): Extract<Sheet, { kind: Kind }> | null {
    const { sheet } = this.state;
    return sheet?.kind === kind ? (sheet as Extract<Sheet, { kind: Kind }>) : null;
  }

  /** Ends all asking that goes on, for another member or nobody. */
  endAll(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
  }

  /**
   * Asks until there is an answer, and reports how it goes.
   * @param signal ends this alone.
   * @returns null when it was refused or ended; the report has said so.
   */
  async ask<Data>(document: string, variables: object, report: (job: Job) => void, signal?: AbortSignal) {
    const ending = signal === undefined ? this.#ending.signal : AbortSignal.any([signal, this.#ending.signal]);
    report(BUSY);
    try {
      const waiting = () => report({ is: 'BUSY', isRetrying: true });
      return await persist(() => this.endpoint.query<Data>(document, variables), { signal: ending, waiting });
    } catch (error) {
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') this.refused();
      else report({ is: 'FAILED', trouble: troubleOf(error) });
      return null;
    }
  }

  /**
   * Has something done once: its key is kept until the server has said what became of it, however often it is sent.
   * @param what names what is meant: the same again is the same request.
   */
  async do<Data>(what: string, document: string, input: object, report: (job: Job) => void): Promise<Data | null> {
    const idempotencyKey = this.#keys.keyOf(what);
    this.#keys.sent(what);
    const data = await this.ask<Data>(document, { input: { idempotencyKey, ...input } }, report);
    if (data !== null) this.#keys.answered(what);
    return data;
  }
}

/** What the counter says of an error. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof GivenUp) return { code: 'GIVEN_UP', details: {} };
  if (error instanceof RequestError) return { code: error.code, details: error.details };
  throw error;
}

/** The first refusal of a mutation as something that failed; null when there is none. */
export function failureOf(errors: readonly UserError[]): Job | null {
  const [error] = errors;
  return error === undefined ? null : failed(error.code, error.details ?? {});
}

export function failed(code: string, details: Record<string, unknown> = {}): Job {
  return { is: 'FAILED', trouble: { code, details } };
}
