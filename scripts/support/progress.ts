import { Presets, SingleBar } from 'cli-progress';
import { say } from './command.ts';

/** How often a line is printed where there is no terminal to draw a bar on. */
const LINE_EVERY_MS = 2_000;

/** Shows how far a long command is, on standard error: a bar with rate and time left on a terminal, else a line now and then. */
export interface Progress {
  /**
   * @param done how much of the total is done, in the unit of the total.
   * @param items how many things are finished, which the rate counts.
   */
  update(done: number, items: number): void;
  /** Draws the last state and ends the bar; `say` may be used again. */
  finish(): void;
}

/** @param total what `done` will reach: bytes of a file, or a number of things. */
export function startProgress(label: string, total: number, unit: string): Progress {
  return process.stderr.isTTY ? new BarProgress(label, total, unit) : new LineProgress(label, total, unit);
}

/** Seconds as people say them: 45 s, 3 min 20 s, 2 h 5 min. */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) return `${whole} s`;
  if (whole < 5_400) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

/** A count with thousands separated. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}

/** Rate and time left, from the whole run so far: batches are too uneven for anything shorter. */
class Pace {
  readonly #startedAt = performance.now();

  constructor(private readonly total: number) {}

  describe(done: number, items: number, unit: string): string {
    const seconds = Math.max(0.001, (performance.now() - this.#startedAt) / 1_000);
    const rate = `${counted(items)} ${unit}, ${counted(Math.round(items / seconds))}/s`;
    if (done <= 0 || done >= this.total) return rate;
    return `${rate}, ${spoken((seconds * (this.total - done)) / done)} left`;
  }
}

class BarProgress implements Progress {
  readonly #bar: SingleBar;
  readonly #pace: Pace;

  constructor(
    label: string,
    private readonly total: number,
    private readonly unit: string,
  ) {
    this.#pace = new Pace(total);
    const format = `${label} {bar} {percentage} % · {pace}`;
    this.#bar = new SingleBar(
      { format, stream: process.stderr, barsize: 30, hideCursor: true, fps: 10, stopOnComplete: false },
      Presets.shades_classic,
    );
    this.#bar.start(total, 0, { pace: '' });
  }

  update(done: number, items: number): void {
    this.#bar.update(Math.min(done, this.total), { pace: this.#pace.describe(done, items, this.unit) });
  }

  finish(): void {
    this.#bar.stop();
  }
}

class LineProgress implements Progress {
  readonly #pace: Pace;
  #saidAt = performance.now();

  constructor(
    private readonly label: string,
    private readonly total: number,
    private readonly unit: string,
  ) {
    this.#pace = new Pace(total);
  }

  update(done: number, items: number): void {
    if (performance.now() - this.#saidAt < LINE_EVERY_MS) return;
    this.#saidAt = performance.now();
    const percent = Math.floor((100 * Math.min(done, this.total)) / Math.max(1, this.total));
    say(`${this.label} ${percent} % · ${this.#pace.describe(done, items, this.unit)}`);
  }

  finish(): void {
    // The summary that follows says the rest.
  }
}
