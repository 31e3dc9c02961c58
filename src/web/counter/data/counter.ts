import { newKey } from '../../shared/keys.ts';
import type { Store } from '../../shared/view/use-store.ts';
import { Desk } from './desk.ts';
import { Finding } from './finding.ts';
import { Idle, type IdleTimes, TWO_MINUTES } from './idle.ts';
import { operations } from './operations.ts';
import { Recording } from './recording.ts';
import { Serving } from './serving.ts';
import { type CounterState, INITIAL, READY } from './state.ts';
import type { Redemption, ShopData } from './types.ts';
import { Vouchers } from './vouchers.ts';

/** The whole counter: who may stand behind it, whom it serves, and what is done for them. Knows nothing of how it is shown. */
export class Counter implements Store<CounterState> {
  readonly finding: Finding;
  readonly vouchers: Vouchers;
  readonly recording: Recording;
  readonly #desk: Desk;
  readonly #serving: Serving;
  readonly #idle: Idle;

  /**
   * @param source the server's address.
   * @param times after which time without a touch the member is put away.
   */
  constructor(source: string, times: IdleTimes = TWO_MINUTES) {
    this.#desk = new Desk(source);
    this.#desk.refused = () => this.#tokenRefused();
    this.#serving = new Serving(this.#desk);
    const changed = () => this.#serving.refresh();
    this.finding = new Finding(this.#desk, {
      member: (id) => this.serve(id),
      voucher: (redemption) => this.#showVoucher(redemption),
    });
    this.vouchers = new Vouchers(this.#desk, changed);
    this.recording = new Recording(this.#desk, changed);
    this.#idle = new Idle(times, {
      warn: (isLeaving) => isLeaving !== this.state.isLeaving && this.#desk.set({ isLeaving }),
      clear: () => this.#putAway(),
    });
    this.#desk.subscribe(() => this.#idle.watch(isInUse(this.state)));
  }

  get state(): CounterState {
    return this.#desk.state;
  }

  subscribe(listener: () => void): () => void {
    return this.#desk.subscribe(listener);
  }

  /** Opens the counter with a token, or closes it. What was typed stays, for a token that has run its time. */
  async signIn(token: string | null): Promise<void> {
    const { find } = this.state;
    this.#serving.disconnect();
    this.#desk.endSending();
    this.#desk.endpoint.token = token;
    this.#desk.set({
      ...INITIAL,
      find: token === null ? INITIAL.find : find,
      access: token === null ? 'NONE' : 'ASKING',
    });
    if (token === null) return;
    const isStill = () => this.#desk.endpoint.token === token;
    const data = await this.#desk.ask<ShopData>(
      operations.shop,
      {},
      (serving) => isStill() && this.#desk.set({ serving }),
    );
    if (data === null || !isStill()) return;
    const { viewer, ...shop } = data;
    if (viewer.role === 'STAFF' || viewer.role === 'ADMIN') {
      this.#desk.set({ access: 'GRANTED', refused: null, shop, serving: READY });
      this.#serving.connect();
      return;
    }
    await this.signIn(null);
    this.#desk.set({ refused: viewer.role === null ? 'TOKEN' : viewer.role === 'MEMBER' ? 'MEMBER' : 'SERVICE' });
  }

  /** Serves a member, whoever was served before. */
  serve(memberId: string): void {
    const isOther = memberId !== this.state.memberId;
    this.#serving.open(memberId);
    if (isOther) this.recording.newVisit();
    this.#desk.set({ win: null, sheet: null });
  }

  /** Is ready for the next customer. */
  next(): void {
    this.#serving.close();
    this.finding.clear();
  }

  /** Puts away what lies on top of the member. What has just been sent is waited for; what has no answer is given up. */
  closeSheet(): void {
    const job = this.state.sheet?.job;
    if (job?.is === 'BUSY' && !job.isRetrying) return;
    if (job?.is === 'BUSY') this.stopWaiting();
    this.#desk.set({ sheet: null });
  }

  /** Ends trying again. */
  stopWaiting(): void {
    this.#desk.endSending();
    this.#serving.refresh();
  }

  openCamera(): void {
    this.#desk.set({ sheet: { kind: 'CAMERA', key: newKey('camera'), job: READY } });
  }

  /** Something was scanned, wherever the page was. */
  scanned(text: string): void {
    if (isBusy(this.state)) return;
    this.#desk.set({ sheet: null });
    void this.finding.enter(text);
  }

  /** Puts away the news of what was recorded. */
  dismiss(): void {
    this.#desk.set({ win: null });
  }

  /** Somebody is still there. */
  stay(): void {
    this.#idle.touch();
  }

  /** The member behind a voucher is served at once, with the voucher on top. */
  #showVoucher(redemption: Redemption): void {
    this.serve(redemption.member.id);
    this.vouchers.show(redemption);
  }

  /** Nothing is put away while it is being sent. */
  #putAway(): void {
    if (isBusy(this.state)) this.#idle.touch();
    else this.next();
  }

  #tokenRefused(): void {
    const { find } = this.state;
    void this.signIn(null);
    this.#desk.set({ refused: 'TOKEN', find: { ...INITIAL.find, text: find.text, recognised: find.recognised } });
  }
}

/** There is something that the next one who comes along has no business to see. */
function isInUse({ memberId, find, sheet }: CounterState): boolean {
  return memberId !== null || find.text !== '' || sheet !== null;
}

function isBusy({ sheet, visit }: CounterState): boolean {
  return sheet?.job.is === 'BUSY' || visit.job.is === 'BUSY';
}
