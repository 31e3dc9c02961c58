/** What a GraphQL server answered. */
export interface Answer<Data> {
  data: Data | null;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  extensions?: Record<string, unknown>;
}

/** A GraphQL client as a frontend has one: it speaks HTTP to a running server. */
export class Client {
  readonly #url: string;
  readonly #token: (() => Promise<string>) | null;

  constructor(url: string, token: (() => Promise<string>) | null) {
    this.#url = url;
    this.#token = token;
  }

  /** Sends any operation; the answer may carry errors. */
  async query<Data = Record<string, never>>(document: string, variables: object = {}): Promise<Answer<Data>> {
    const authorization = this.#token === null ? {} : { authorization: `Bearer ${await this.#token()}` };
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify({ query: document, variables }),
    });
    return (await response.json()) as Answer<Data>;
  }

  /** Sends an operation that must succeed and gives its data. @throws Error with the answer when it has errors. */
  async data<Data>(document: string, variables: object = {}): Promise<Data> {
    const answer = await this.query<Data>(document, variables);
    if (answer.errors === undefined && answer.data !== null) return answer.data;
    throw new Error(`The operation failed: ${JSON.stringify(answer.errors, null, 2)}`);
  }
}
