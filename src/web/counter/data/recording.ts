import { newKey } from '../../shared/keys.ts';
import { minorDigits, readAmount } from './amounts.ts';
import { type Desk, failureOf, troubleOf } from './desk.ts';
import { operations } from './operations.ts';
import { outcomeOf } from './outcome.ts';
import { type Job, type Preview, READY, type Visit, type Win } from './state.ts';
import type { PreviewData, RecordAnswer } from './types.ts';
import { chosenVisit, keepVisit } from './visits.ts';

/** Who types an amount pauses at its end. */
const PAUSE_MS = 200;
/** Where it happened. */
const CHANNEL = 'store';

/** Recording what a member does at the counter: a visit with one tap, a purchase by its amount. Each once. */
export class Recording {
  readonly #desk: Desk;
  readonly #changed: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param changed told when the member is not as it was. */
  constructor(desk: Desk, changed: () => void) {
    this.#desk = desk;
    this.#changed = changed;
  }

  /** Gets the button ready: one visit is recorded, however often it is tapped. */
  newVisit(): void {
    const type = this.#desk.state.visit.type ?? chosenVisit(this.#desk.state.shop?.activityTypes ?? []);
    this.#desk.set({ visit: { type, key: newKey('counter'), job: READY, isDone: false } });
  }

  /** Says what the button records, on this device from now on. */
  choose(type: string): void {
    keepVisit(type);
    this.#desk.set({ visit: { type, key: newKey('counter'), job: READY, isDone: false } });
  }

  async visit(): Promise<void> {
    const { visit, memberId } = this.#desk.state;
    const { key, type } = visit;
    if (visit.isDone || visit.job.is === 'BUSY' || type === null || memberId === null) return;
    const report = (job: Job) => this.#setVisit(key, { job });
    const input = { type, memberId, channel: CHANNEL };
    const answer = await this.#record(`visit ${memberId} ${type}`, input, report);
    if (answer === null || this.#desk.state.visit.key !== key) return;
    this.#setVisit(key, { job: READY, isDone: true });
    this.#desk.set({ win: winOf(key, 'VISIT', answer) });
  }

  /** Opens the form for a purchase. */
  openPurchase(): void {
    this.#desk.set({
      sheet: { kind: 'PURCHASE', key: newKey('counter'), job: READY, amount: '', preview: { is: 'NONE' } },
    });
  }

  /** The amount has changed: asks soon what it would bring. */
  amount(amount: string): void {
    const sheet = this.#desk.sheet('PURCHASE');
    if (sheet === null || sheet.job.is === 'BUSY') return;
    clearTimeout(this.#timer);
    const value = this.#read(amount);
    const preview: Preview = { is: value === null ? 'NONE' : 'ASKING' };
    this.#desk.setSheet(sheet.key, { amount, job: READY, preview });
    if (value !== null) this.#timer = setTimeout(() => void this.#preview(sheet.key, value), PAUSE_MS);
  }

  async purchase(): Promise<void> {
    const sheet = this.#desk.sheet('PURCHASE');
    if (sheet === null || sheet.job.is === 'BUSY') return;
    const { key } = sheet;
    const input = this.#input(this.#read(sheet.amount));
    if (input === null) return;
    const what = `purchase ${input.memberId} ${input.value.amount}`;
    const answer = await this.#record(what, input, (job) => this.#desk.setSheet(key, { job }));
    if (answer === null || this.#desk.state.sheet?.key !== key) return;
    this.#desk.set({ sheet: null, win: winOf(key, 'PURCHASE', answer) });
  }

  #setVisit(key: string, change: Partial<Visit>): void {
    const { visit } = this.#desk.state;
    if (visit.key === key) this.#desk.set({ visit: { ...visit, ...change } });
  }

  #read(amount: string): string | null {
    const read = readAmount(amount, minorDigits(this.#desk.state.shop?.program.currencyCode ?? 'SEK'));
    return read.is === 'READ' ? read.amount : null;
  }

  #input(amount: string | null) {
    const { memberId, shop } = this.#desk.state;
    if (amount === null || memberId === null || shop === null) return null;
    const value = { amount, currencyCode: shop.program.currencyCode };
    return { type: 'purchase', memberId, channel: CHANNEL, value };
  }

  /** What stands in the form may have changed while the answer was on its way; then it is not told. */
  async #preview(key: string, amount: string): Promise<void> {
    const input = { idempotencyKey: newKey('preview'), ...this.#input(amount) };
    const isMeant = () => this.#read(this.#desk.sheet('PURCHASE')?.amount ?? '') === amount;
    const tell = (preview: Preview) => isMeant() && this.#desk.setSheet(key, { preview });
    try {
      const data = await this.#desk.endpoint.query<PreviewData>(operations.preview, { input });
      const { effects, wallet } = data.simulateActivity;
      tell({ is: 'KNOWN', amount, outcome: outcomeOf(effects), balance: wallet.active });
    } catch (error) {
      tell({ is: 'REFUSED', trouble: troubleOf(error) });
    }
  }

  async #record(what: string, input: object, report: (job: Job) => void): Promise<RecordAnswer | null> {
    const data = await this.#desk.do<{ recordActivity: RecordAnswer }>(what, operations.record, input, report);
    if (data === null) return null;
    this.#changed();
    const failure = failureOf(data.recordActivity.userErrors);
    if (failure === null) return data.recordActivity;
    report(failure);
    return null;
  }
}

function winOf(id: string, what: Win['what'], { effects, replayed }: RecordAnswer): Win {
  return { id, what, isOld: replayed, outcome: outcomeOf(effects) };
}
