import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../../src/demo/random.ts';
import type { Findings } from './findings.ts';
import type { ServerProcess } from './server-process.ts';

interface GraphqlError {
  message: string;
  extensions?: { code?: string; retryable?: boolean };
}

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: GraphqlError[];
}

/** The headers that tell who sends a request. */
export type Credential = Readonly<Record<string, string>>;

/** The credential of whoever has this token. */
export function tokenOf(token: string): Credential {
  return { authorization: `Bearer ${token}` };
}

/** What a caller insists on. */
export interface CallerRules {
  /** How often one operation is sent at most before that is a violation. */
  mostAttempts: number;
  /** Whether "no answer" is excused at all: a server that stays up answers always. */
  serversMayGo: boolean;
}

/** How long one request may take, in milliseconds. */
const LONGEST_ANSWER_MS = 10_000;
const GIVE_UP_MS = 40_000;
/** The first repetition goes to the next node at once; later ones wait longer and longer, each a little differently. */
const PAUSES_MS = [0, 100, 200, 400, 800, 1_600];

/** A client as people should write one: sends again, to the next node, whatever says that it may be sent again. */
export class Caller {
  /** Requests in all, and those that were answered SERVICE_UNAVAILABLE or not at all. */
  readonly counts = { requests: 0, unavailable: 0, lost: 0 };
  readonly #nodes: readonly ServerProcess[];
  readonly #credential: Credential;
  readonly #random: Random;
  readonly #findings: Findings;
  readonly #rules: CallerRules;
  #longestMs = 0;

  /** @param credential whose requests these are, unless a call names another. */
  constructor(
    nodes: readonly ServerProcess[],
    credential: Credential,
    random: Random,
    findings: Findings,
    rules: CallerRules,
  ) {
    this.#nodes = nodes;
    this.#credential = credential;
    this.#random = random;
    this.#findings = findings;
    this.#rules = rules;
  }

  /** Sends an operation until it is answered, and gives the data; null, with a violation noted, when that cannot be. */
  async call<Data>(document: string, variables: object = {}, by = this.#credential): Promise<Data | null> {
    const first = this.#random.whole(0, this.#nodes.length - 1);
    const body = JSON.stringify({ query: document, variables });
    for (let attempt = 1; attempt <= this.#rules.mostAttempts; attempt += 1) {
      const node = this.#nodes[(first + attempt - 1) % this.#nodes.length];
      const answer = node === undefined ? null : await this.#send(node, body, by);
      const errors = answer?.errors ?? [];
      if (answer !== null && errors.length === 0) return answer.data as Data;
      const [error] = errors;
      if (error !== undefined && error.extensions?.retryable !== true) {
        this.#findings.violate(`A request was answered ${error.extensions?.code}: ${error.message}`);
        return null;
      }
      const pauseMs = PAUSES_MS[Math.min(attempt - 1, PAUSES_MS.length - 1)] ?? 0;
      await pause(pauseMs * (0.5 + this.#random.fraction()));
    }
    this.#findings.violate(`An operation failed ${this.#rules.mostAttempts} times: ${document.slice(0, 60)}…`);
    return null;
  }

  /** Adds what it has seen to the findings. */
  report(): void {
    this.#findings.count('requests', this.counts.requests);
    this.#findings.count('requests answered SERVICE_UNAVAILABLE', this.counts.unavailable);
    this.#findings.count('requests without an answer', this.counts.lost);
    this.#findings.duration('longest request', this.#longestMs, LONGEST_ANSWER_MS);
  }

  /** Null when there is no answer: nobody listens, or the connection broke. */
  async #send(node: ServerProcess, body: string, by: Credential): Promise<Answer | null> {
    const { url } = node;
    this.counts.requests += 1;
    if (url === null) {
      this.counts.lost += 1;
      return null;
    }
    const startedAt = performance.now();
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...by },
        body,
        signal: AbortSignal.timeout(GIVE_UP_MS),
      });
      const answer = (await response.json()) as Answer;
      if (answer.errors?.[0]?.extensions?.code === 'SERVICE_UNAVAILABLE') this.counts.unavailable += 1;
      return answer;
    } catch (error) {
      this.counts.lost += 1;
      const excused = this.#rules.serversMayGo && node.excuses(startedAt);
      if (!excused) this.#findings.violate(`The server ${node.name} gave no answer: ${causeOf(error)}`);
      return null;
    } finally {
      this.#longestMs = Math.max(this.#longestMs, performance.now() - startedAt);
    }
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
