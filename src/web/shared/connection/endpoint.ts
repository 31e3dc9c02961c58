/** Why a request brought nothing: an error code of the API, or UNREACHABLE when no answer came at all. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    readonly code: string,
    message: string,
    /** Facts for programs, as far as the server gave some. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: string; details?: Record<string, unknown> } }[];
}

const PATIENCE_MS = 10_000;

/** A Pokal server as a page speaks to it: queries over HTTP, and the address of its socket. */
export class Endpoint {
  /** The bare access token of whoever looks; null for anybody. */
  token: string | null = null;
  readonly #origin: string;

  /** @param source the server's address, for example `https://club.example`; paths below it are kept. */
  constructor(source: string) {
    this.#origin = source.replace(/\/+$/, '');
  }

  get socketUrl(): string {
    return `${this.#origin.replace(/^http/, 'ws')}/graphql`;
  }

  get authorization(): string | null {
    return this.token === null ? null : `Bearer ${this.token}`;
  }

  /** Asks one query. @throws RequestError for anything but data. */
  async query<Data>(document: string, variables: object = {}): Promise<Data> {
    const answer = await this.#post<Data>(JSON.stringify({ query: document, variables }));
    const [error] = answer.errors ?? [];
    if (error !== undefined) {
      const { code = 'INTERNAL', details = {} } = error.extensions ?? {};
      throw new RequestError(code, error.message, details);
    }
    if (answer.data === undefined || answer.data === null) throw new RequestError('INTERNAL', 'The answer is empty.');
    return answer.data;
  }

  async #post<Data>(body: string): Promise<Answer<Data>> {
    const { authorization } = this;
    try {
      const response = await fetch(`${this.#origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) },
        body,
        credentials: 'omit',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return (await response.json()) as Answer<Data>;
    } catch (error) {
      // No connection, no permission across origins, no JSON: a page can only say that the server is out of reach.
      throw new RequestError('UNREACHABLE', error instanceof Error ? error.message : String(error));
    }
  }
}
