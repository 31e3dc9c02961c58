import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** Why a server is not there. `until` is when it was ready again, infinite before that. Times are `performance.now()`. */
export interface Outage {
  kind: 'killed' | 'stopped';
  at: number;
  until: number;
}

export interface ProcessOptions {
  /** What it is called in findings. */
  name: string;
  /** The compiled entry, `…/src/main.js`. */
  main: string;
  environment: Readonly<Record<string, string>>;
}

const READY_TIMEOUT_MS = 90_000;
const LAST_WORDS = 6_000;

/** A Pokal server in a process of its own, as people run it. It gets another port with each start. */
export class ServerProcess {
  readonly name: string;
  readonly outages: Outage[] = [];
  /** Where it listens; null while it does not. */
  url: string | null = null;
  /** The end of what it has said. */
  said = '';
  /** Set when it has ended without being asked to. */
  endedBy: string | null = null;
  readonly #options: ProcessOptions;
  readonly #onExit = () => void this.#process?.kill('SIGKILL');
  #process: ChildProcess | null = null;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.name = options.name;
    process.once('exit', this.#onExit);
  }

  /** Starts it. Resolves with the milliseconds until `/readyz` said 200. @throws Error with its last words otherwise. */
  async start(): Promise<number> {
    const startedAt = performance.now();
    const { main, environment } = this.#options;
    const child = spawn(process.execPath, ['--no-warnings', main], {
      env: { HOST: '127.0.0.1', PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    child.once('exit', (code, signal) => this.#ended(child, code, signal));
    const url = await this.#address(child);
    while ((await statusOf(`${url}/readyz`, 5_000)) !== 200) {
      if (performance.now() - startedAt > READY_TIMEOUT_MS || this.#process !== child) throw this.#neverReady();
      await pause(10);
    }
    this.url = url;
    const outage = this.outages.at(-1);
    if (outage !== undefined) outage.until = performance.now();
    return performance.now() - startedAt;
  }

  /** Ends it with SIGKILL, as a crash would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL', 'killed');
  }

  /** Asks it to stop, as an orchestrator does. Its address stays known until it has gone. */
  async terminate(): Promise<{ code: number | null; durationMs: number }> {
    const startedAt = performance.now();
    const code = await this.#end('SIGTERM', 'stopped');
    return { code, durationMs: performance.now() - startedAt };
  }

  /** Ends it in whatever way is quickest, and forgets it. */
  async dispose(): Promise<void> {
    await this.#end('SIGKILL', 'killed');
    process.off('exit', this.#onExit);
  }

  /**
   * Tells whether a request that got no answer may be put down to an outage: one that was under way at a kill, or that
   * came to a server which was not there. A request that a stopping server had taken must be answered.
   */
  excuses(requestedAt: number): boolean {
    return this.outages.some(({ kind, at, until }) => requestedAt <= until && (kind === 'killed' || requestedAt >= at));
  }

  async #end(signal: NodeJS.Signals, kind: Outage['kind']): Promise<number | null> {
    const child = this.#process;
    if (child === null) return null;
    const gone = new Promise<number | null>((resolve) => child.once('exit', resolve));
    this.outages.push({ kind, at: performance.now(), until: Number.POSITIVE_INFINITY });
    this.#process = null;
    if (kind === 'killed') this.url = null;
    child.kill(signal);
    const code = await gone;
    this.url = null;
    return code;
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#process !== child) return;
    this.#process = null;
    this.url = null;
    this.endedBy = signal ?? `code ${code}`;
  }

  #address(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.#neverReady()), READY_TIMEOUT_MS);
      const listen = (chunk: Buffer) => {
        this.said = `${this.said}${chunk}`.slice(-LAST_WORDS);
        const url = /GraphQL and playground {2}(http:\/\/[^/\s]+)\/graphql/.exec(this.said)?.[1];
        if (url === undefined) return;
        clearTimeout(timer);
        resolve(url);
      };
      this.said = '';
      child.stdout?.on('data', listen);
      child.stderr?.on('data', listen);
      child.once('error', reject);
      child.once('exit', () => {
        clearTimeout(timer);
        reject(this.#neverReady());
      });
    });
  }

  #neverReady(): Error {
    return new Error(`The server ${this.name} did not become ready. It said: ${this.said}`);
  }
}

/** The status of a GET; 0 when there is no answer in time. */
export async function statusOf(url: string, timeoutMs: number): Promise<number> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
