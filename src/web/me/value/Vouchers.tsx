/** @jsxImportSource preact */
import type { Redemption } from '../data/value-types.ts';
import type { Formats } from '../formats.ts';
import { Tile } from './Tile.tsx';
import type { ValueWords } from './words.ts';

/** From so long before its last day on a voucher is urgent. */
const SOON_MS = 4 * 86_400_000;

interface VouchersProps {
  redemptions: readonly Redemption[];
  words: ValueWords;
  formats: Formats;
  now: number;
  onOpen(id: string): void;
}

/** The vouchers that can be used, as tickets; those that expire first come first. */
export function Vouchers({ redemptions, words, formats, now, onOpen }: VouchersProps) {
  const end = ({ expiresAt }: Redemption) => (expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt));
  const inOrder = redemptions.toSorted((one, other) => end(one) - end(other) || 0);
  return (
    <section class="vouchers" aria-labelledby="vouchers">
      <h2 class="card-title" id="vouchers">
        {words.vouchers.title}
      </h2>
      <ul class="tickets">
        {inOrder.map((redemption) => (
          <li key={redemption.id}>
            <button
              type="button"
              class="ticket"
              data-status={redemption.status}
              aria-haspopup="dialog"
              onClick={() => onOpen(redemption.id)}
            >
              <Tile kind={redemption.kind} />
              <span class="ticket-text">
                <span class="ticket-name">{redemption.name}</span>
                <span class="ticket-note" data-urgent={end(redemption) - now < SOON_MS ? '' : undefined}>
                  {noteOf(redemption, words, formats, now)}
                </span>
              </span>
              <span class="ticket-show">
                <span aria-hidden="true">{words.vouchers.show}</span>
                <span class="unseen">{words.vouchers.open(redemption.name)}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What became of those that cannot be used any more. */
export function EarlierVouchers({ redemptions, words, formats, now, onOpen }: VouchersProps) {
  if (redemptions.length === 0) return null;
  return (
    <details class="more">
      <summary>{words.vouchers.earlier(redemptions.length)}</summary>
      <ul class="earlier">
        {redemptions.map((redemption) => (
          <li key={redemption.id} data-status={redemption.status}>
            <button type="button" class="link" aria-haspopup="dialog" onClick={() => onOpen(redemption.id)}>
              {redemption.name}
            </button>
            <span class="quiet">{endingOf(redemption, words, formats, now)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function noteOf({ status, expiresAt }: Redemption, words: ValueWords, formats: Formats, now: number): string {
  if (status === 'PENDING') return words.vouchers.status.PENDING;
  return expiresAt === null ? words.vouchers.forEver : words.vouchers.usableUntil(formats.lastDay(expiresAt, now));
}

/** What became of a voucher, and when. */
export function endingOf(redemption: Redemption, words: ValueWords, formats: Formats, now: number): string {
  const { status, fulfilledAt, cancelledAt, expiresAt } = redemption;
  const { used, cancelled, expired } = words.vouchers;
  if (status === 'FULFILLED') return used(formats.day(fulfilledAt ?? redemption.createdAt, now));
  if (status === 'CANCELLED') return cancelled(formats.day(cancelledAt ?? redemption.createdAt, now));
  return expired(formats.day(expiresAt ?? redemption.createdAt, now));
}
