import { Endpoint, RequestError } from '../../shared/connection/endpoint.ts';
import { Keys } from '../../shared/keys.ts';
import type { Store } from '../../shared/view/use-store.ts';
import { GivenUp, persist } from './persist.ts';
import { BUSY, type CounterState, INITIAL, type Job, type Sheet, type Trouble } from './state.ts';
import type { UserError } from './types.ts';

type Report = (job: Job) => void;

/** What all parts of the counter work on: the state that is shown, and the server. */
export class Desk implements Store<CounterState> {
  state: CounterState = INITIAL;
  readonly endpoint: Endpoint;
  readonly #keys = new Keys('counter');
  /** Told when the server does not accept the token any more. */
  refused: () => void = () => {};
  readonly #listeners = new Set<() => void>();
  readonly #unsent = new Set<string>();
  #asking = new AbortController();
  #sending = new AbortController();

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

  /** Ends all asking that goes on, for another member or nobody. What changes something is sent all the same. */
  endAsking(): void {
    this.#asking.abort();
    this.#asking = new AbortController();
  }

  /** Ends sending what has no answer yet. */
  endSending(): void {
    this.#sending.abort();
    this.#sending = new AbortController();
  }

  /**
   * Asks until there is an answer, and reports how it goes.
   * @param signal ends this alone.
   * @returns null when it was refused or ended; the report has said so.
   */
  ask<Data>(document: string, variables: object, report: Report, signal?: AbortSignal): Promise<Data | null> {
    const { signal: all } = this.#asking;
    return this.#run<Data>(document, variables, report, signal === undefined ? all : AbortSignal.any([signal, all]));
  }

  /**
   * Has something done once: its key is kept until the server has said what became of it, however often it is sent, and it
   * is sent until then, also when the counter serves somebody else by now.
   * @param what names what is meant: the same again is the same request.
   */
  async do<Data>(what: string, document: string, input: object, report: Report): Promise<Data | null> {
    const idempotencyKey = this.#keys.keyOf(what);
    this.#keys.sent(what);
    const told = (job: Job) => {
      if (job.is === 'BUSY' && job.isRetrying) this.#unsent.add(what);
      this.set({ unsent: this.#unsent.size });
      report(job);
    };
    const variables = { input: { idempotencyKey, ...input } };
    const data = await this.#run<Data>(document, variables, told, this.#sending.signal);
    this.#unsent.delete(what);
    this.set({ unsent: this.#unsent.size });
    if (data !== null) this.#keys.answered(what);
    return data;
  }

  async #run<Data>(document: string, variables: object, report: Report, signal: AbortSignal): Promise<Data | null> {
    report(BUSY);
    try {
      const waiting = () => report({ is: 'BUSY', isRetrying: true });
      return await persist(() => this.endpoint.query<Data>(document, variables), { signal, waiting });
    } catch (error) {
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') this.refused();
      else report({ is: 'FAILED', trouble: troubleOf(error) });
      return null;
    }
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
