import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How long a child may take until it says that it is ready, in milliseconds. */
const READY_TIMEOUT_MS = 60_000;

/** Characters of standard error that are kept of each child. */
const LAST_WORDS = 4_000;

/** What a child says once it can be used. */
export interface Ready {
  /** Where it listens; null for one that only takes orders. */
  url: string | null;
}

export interface ChildOptions {
  /** The program, relative to the benchmarks' own directory. */
  script: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Arguments of Node itself, for example `--cpu-prof`. */
  nodeArgs?: readonly string[];
}

/**
 * A program of the benchmark in a process of its own. It sends `{ url }` when it is ready, answers each order with one
 * message and ends when it is told to, or when this process goes away.
 */
export class Child {
  readonly pid: number;
  readonly url: string;
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.#process = child;
    this.pid = child.pid ?? 0;
    this.url = url;
  }

  static async start({ script, args = [], env = {}, nodeArgs = [] }: ChildOptions): Promise<Child> {
    const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
    const child = fork(path, [...args], {
      env: { ...process.env, NODE_ENV: 'production', ...env },
      execArgv: ['--no-warnings', ...nodeArgs],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    keepLastWords(child);
    const { url } = await answerOf<Ready>(child, script, READY_TIMEOUT_MS);
    return new Child(child, url ?? '');
  }

  /** Gives an order and waits for its answer. */
  ask<Answer>(order: unknown, timeoutMs: number): Promise<Answer> {
    const answer = answerOf<Answer>(this.#process, 'the order', timeoutMs);
    this.#process.send(order as object);
    return answer;
  }

  /** Ends the process in good order and waits until it has gone. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGTERM');
    await gone;
  }
}

/** The end of what each child wrote to standard error, shown when it ends before its time. Some peers talk a lot. */
const lastWords = new WeakMap<ChildProcess, string>();

function keepLastWords(child: ChildProcess): void {
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords.set(child, `${lastWords.get(child) ?? ''}${text}`.slice(-LAST_WORDS));
  });
}

function answerOf<Answer>(child: ChildProcess, what: string, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new Error(`No answer to ${what} within ${timeoutMs} ms.`)), timeoutMs);
    const end = (error: Error | null, answer?: unknown) => {
      clearTimeout(timer);
      child.off('message', onMessage);
      child.off('exit', onExit);
      if (error === null) resolve(answer as Answer);
      else reject(error);
    };
    const onMessage = (message: unknown) => {
      const fault = (message as { fault?: string }).fault;
      end(fault === undefined ? null : new Error(fault), message);
    };
    const onExit = (code: number | null) => {
      end(new Error(`The process for ${what} ended with code ${code}: ${lastWords.get(child) ?? 'it said nothing'}`));
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });
}
