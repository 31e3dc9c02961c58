/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { Value } from '../data/value.ts';
import type { Redemption } from '../data/value-types.ts';
import type { Formats } from '../formats.ts';
import { Dialog } from '../view/Dialog.tsx';
import { Drawing } from '../view/Drawing.tsx';
import { pictureOf } from './picture-of.ts';
import { useAttempt } from './use-attempt.ts';
import { endingOf } from './Vouchers.tsx';
import type { ValueWords } from './words.ts';

interface VoucherDialogProps {
  /** As it is now: used at the counter while it is shown, it says so by itself. */
  redemption: Redemption;
  /** Its QR code, a whole SVG; null where it is not there (yet). */
  qrCode: string | null;
  value: Value;
  words: ValueWords;
  formats: Formats;
  now: number;
  onClose(): void;
}

/** One voucher, large enough for whoever stands on the other side of the counter. */
export function VoucherDialog({ redemption, qrCode, value, words, formats, now, onClose }: VoucherDialogProps) {
  const { name, status, voucherCode, reward, cost, createdAt, expiresAt } = redemption;
  const isOpen = status === 'ISSUED' || status === 'PENDING';
  return (
    <Dialog class="voucher" labelledBy="voucher" onClose={onClose}>
      <div class="voucher-body" data-status={status}>
        <h2 id="voucher">{name}</h2>
        {isOpen ? (
          <>
            <p class="quiet">{status === 'PENDING' ? words.vouchers.waiting : words.vouchers.counter}</p>
            <div class="voucher-code">
              {qrCode !== null && <img src={pictureOf(qrCode)} alt={words.vouchers.qr(voucherCode)} />}
              <p class="voucher-letters">{voucherCode}</p>
            </div>
          </>
        ) : (
          <p class="voucher-over" role="status">
            {status === 'FULFILLED' && <Drawing name="check" />}
            {status === 'FULFILLED' ? words.vouchers.enjoy : endingOf(redemption, words, formats, now)}
          </p>
        )}
        <ul class="facts">
          {reward.partner !== null && <li>{words.from(reward.partner)}</li>}
          {isOpen && (
            <li>
              {expiresAt === null
                ? words.vouchers.forEver
                : words.vouchers.usableUntil(formats.lastDay(expiresAt, now))}
            </li>
          )}
          <li>{words.vouchers.redeemed(formats.day(createdAt, now), formats.number(cost))}</li>
        </ul>
        {isOpen && reward.terms !== null && <p class="quiet">{reward.terms}</p>}
        <form method="dialog">
          <button type="submit" class="button">
            {words.vouchers.close}
          </button>
        </form>
        {isOpen && <Cancelling redemption={redemption} value={value} words={words} formats={formats} />}
      </div>
    </Dialog>
  );
}

/** Giving it back, for the points. */
function Cancelling({ redemption, value, words, formats }: Omit<VoucherDialogProps, 'qrCode' | 'now' | 'onClose'>) {
  const what = `cancel ${redemption.id}`;
  const [isSure, setSure] = useState(value.keys.isUnanswered(what));
  const { cancel } = words.vouchers;
  const [attempt, run] = useAttempt(
    value.keys.isUnanswered(what),
    () => value.cancel(redemption.id, what),
    () => setSure(false),
  );
  if (!isSure) {
    return (
      <button type="button" class="link" onClick={() => setSure(true)}>
        {cancel.offer}
      </button>
    );
  }
  return (
    <div class="cancelling">
      <p role="status">
        {attempt.is === 'refused'
          ? words.whyNot({ code: attempt.refusal.code, missing: null, tier: null, perMember: null, when: null })
          : attempt.is === 'unanswered'
            ? words.redeem.unanswered
            : cancel.sure(formats.number(redemption.cost))}
      </p>
      <div class="choices">
        <button type="button" class="button quiet-button" onClick={() => setSure(false)}>
          {cancel.no}
        </button>
        {attempt.is !== 'refused' && (
          <button type="button" class="button" aria-disabled={attempt.is === 'sending'} onClick={run}>
            {attempt.is === 'sending' ? words.redeem.sending : cancel.yes}
          </button>
        )}
      </div>
    </div>
  );
}
