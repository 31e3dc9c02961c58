import type { Caller } from './caller.ts';
import type { Findings } from './findings.ts';
import { batchOf, fractionOf, type Outcome, type Reversal, requestOf, type Stamp, type Write } from './writes.ts';

const PREVIEW = `query ($activityId: ID!, $fraction: Decimal!) {
  previewReversal(activityId: $activityId, fraction: $fraction) { wallet { active } effects { id } }
}`;

/** Sends writes until they are answered, and looks at each answer beside those before. */
export class Delivery {
  readonly #caller: Caller;
  readonly #findings: Findings;
  #acknowledgedAt = 0;

  constructor(caller: Caller, findings: Findings) {
    this.#caller = caller;
    this.#findings = findings;
  }

  /** When the last write was acknowledged that had been sent after this moment; 0 for none. */
  acknowledgedSince(moment: number): number {
    return this.#acknowledgedAt >= moment ? this.#acknowledgedAt : 0;
  }

  /** @param again true for one that was acknowledged before: it must be remembered with what it did. */
  async send(write: Write, again = false): Promise<void> {
    const { document, variables } = requestOf(write);
    const sentAt = performance.now();
    const data = await this.#caller.call<{ outcome: Outcome }>(document, variables, write.by ?? undefined);
    if (data !== null) this.#judge(write, data.outcome, sentAt, again);
  }

  /** Sends several activities in one request. */
  async sendBatch(stamps: readonly Stamp[]): Promise<void> {
    const { document, variables } = batchOf(stamps);
    const sentAt = performance.now();
    const data = await this.#caller.call<{ outcome: { results: Outcome[] } }>(document, variables);
    stamps.forEach((stamp, place) => {
      const outcome = data?.outcome.results[place];
      if (outcome !== undefined) this.#judge(stamp, outcome, sentAt, false);
    });
  }

  /** Asks what a reversal would do; nothing of that may happen. */
  async preview(reversal: Reversal): Promise<void> {
    const variables = { activityId: reversal.of.acknowledged?.id, fraction: fractionOf(reversal) };
    await this.#caller.call(PREVIEW, variables, reversal.by ?? undefined);
  }

  #judge(write: Write, outcome: Outcome, sentAt: number, again: boolean): void {
    const { made, replayed, userErrors } = outcome;
    const { key, excuse, acknowledged } = write;
    if (made === null) {
      const isExcused = acknowledged === null && userErrors.some(({ code }) => code === excuse);
      if (isExcused) write.refused = true;
      else this.#findings.violate(`The write ${key} was refused: ${JSON.stringify(userErrors)}`);
      return;
    }
    this.#acknowledgedAt = Math.max(this.#acknowledgedAt, sentAt);
    const events = outcome.effects.map(({ id }) => id);
    if (acknowledged === null) {
      write.acknowledged = { id: made.id, voucherCode: made.voucherCode ?? null, events, at: performance.now() };
    } else if (acknowledged.id !== made.id || `${acknowledged.events}` !== `${events}`) {
      this.#findings.violate(`The write ${key}, sent again, was not answered as it was.`);
    }
    if (again && !replayed) this.#findings.violate(`The write ${key}, sent again, was not remembered.`);
    if (!replayed && write.done) this.#findings.violate(`The write ${key} was done twice.`);
    write.done ||= !replayed;
  }
}
