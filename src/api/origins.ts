import type { ServerSettings } from './server-parts.ts';

/**
 * The origins of pages that may follow things live. Programs send no Origin; a browser always does for these requests, and
 * cannot lie about it.
 */
export class Origins {
  readonly #settings: ServerSettings;
  #known: ReadonlySet<string> = new Set();

  constructor(settings: ServerSettings) {
    this.#settings = settings;
  }

  /** The configured origins, the public address, and outside production this machine's own names at the port. */
  listenAt(port: number): void {
    const { allowedOrigins, publicUrl, environment } = this.#settings;
    const known = new Set(allowedOrigins);
    if (publicUrl !== null) known.add(new URL(publicUrl).origin);
    if (environment !== 'production') {
      for (const name of ['localhost', '127.0.0.1', '[::1]']) known.add(`http://${name}:${port}`);
    }
    this.#known = known;
  }

  allows(origin: string | undefined): boolean {
    return origin === undefined || this.#known.has(origin);
  }
}
