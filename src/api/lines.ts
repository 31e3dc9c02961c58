import { Role, type Viewer } from './context.ts';

/** Why a line is ended: the close codes of WebSockets, which event streams do not see. */
export const Close = Object.freeze({
  GOING_AWAY: 1001,
  TEXT_ONLY: 1003,
  TRY_AGAIN: 1013,
  BAD_REQUEST: 4400,
  UNAUTHORISED: 4401,
  FORBIDDEN: 4403,
  UNKNOWN_PROTOCOL: 4406,
  INIT_TIMEOUT: 4408,
  DUPLICATE: 4409,
  TOO_MANY: 4429,
});

/** One open connection over which somebody follows things: a WebSocket or an event stream. */
export interface Line {
  /** Null until the client has introduced itself; set by `takeIn`. */
  viewer: Viewer | null;
  /** Called twice a second with the wall clock: expiry, pings, stalled clients. One timer serves all lines. */
  look(nowMs: number): void;
  /** Ends it with a reason, at once for us and as soon as the client reads it for the client. */
  end(code: number, reason: string): void;
  /** Ends it without waiting for anybody. */
  terminate(): void;
  /** Resolves when it is gone. */
  readonly gone: Promise<void>;
}

const SWEEP_MS = 500;
const LINES_PER_MEMBER = 20;
/** Staff watch several screens, and a shop's services share one name. */
const LINES_PER_PRIVILEGED = 200;
/** A client that has not answered the closing handshake by then is cut off. */
const CLOSE_WAIT_MS = 1_000;

/** All open lines of this node, of every kind: their limits, their clock, and their end. */
export class Lines {
  readonly #open = new Set<Line>();
  readonly #byAddress = new Map<string, number>();
  readonly #byActor = new Map<string, number>();
  readonly #sweeper: NodeJS.Timeout;
  readonly #perAddress: number;
  #draining = false;

  constructor(perAddress: number) {
    this.#perAddress = perAddress;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#sweeper.unref();
  }

  get count(): number {
    return this.#open.size;
  }

  /** True from the moment the server stops: no new lines then. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Tells whether this address may open another one. */
  hasRoom(address: string): boolean {
    return (this.#byAddress.get(address) ?? 0) < this.#perAddress;
  }

  open(line: Line, address: string): void {
    this.#open.add(line);
    change(this.#byAddress, address, 1);
  }

  /** To be called when a line has gone. */
  closed(line: Line, address: string): void {
    if (!this.#open.delete(line)) return;
    change(this.#byAddress, address, -1);
    if (line.viewer !== null) change(this.#byActor, line.viewer.actor, -1);
  }

  /** Gives the line its viewer, or false when that would be one too many. Anonymous lines are limited by address only. */
  takeIn(line: Line, viewer: Viewer): boolean {
    // It may have gone while the credential was checked.
    if (!this.#open.has(line)) return false;
    const most = viewer.role === Role.MEMBER ? LINES_PER_MEMBER : LINES_PER_PRIVILEGED;
    if (viewer.role !== null && (this.#byActor.get(viewer.actor) ?? 0) >= most) return false;
    change(this.#byActor, viewer.actor, 1);
    line.viewer = viewer;
    return true;
  }

  /** Ends the lines of those for whom it holds. */
  endWhere(holds: (viewer: Viewer) => boolean, code: number, reason: string): void {
    for (const line of this.#open) if (line.viewer !== null && holds(line.viewer)) line.end(code, reason);
  }

  /** Ends all with 1001, spread over the time so that they do not arrive at another node as one wave, and takes no new ones. */
  async drain(overMs: number): Promise<void> {
    this.#draining = true;
    const lines = [...this.#open];
    const stepMs = Math.min(5, overMs / Math.max(1, lines.length));
    await Promise.all(lines.map((line, place) => drainOne(line, place * stepMs)));
    clearInterval(this.#sweeper);
  }

  terminate(): void {
    clearInterval(this.#sweeper);
    for (const line of this.#open) line.terminate();
  }

  #sweep(): void {
    const now = Date.now();
    for (const line of this.#open) line.look(now);
  }
}

async function drainOne(line: Line, delayMs: number): Promise<void> {
  const timers = [
    setTimeout(() => line.end(Close.GOING_AWAY, 'The server is restarting'), delayMs),
    setTimeout(() => line.terminate(), delayMs + CLOSE_WAIT_MS),
  ];
  await line.gone;
  timers.forEach(clearTimeout);
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count <= 0) counts.delete(key);
  else counts.set(key, count);
}
