/** @jsxImportSource preact */

import { spacedNumber } from '../../shared/member-number.ts';
import type { Counter } from '../data/counter.ts';
import type { Sheet as SheetState } from '../data/state.ts';
import type { Redemption } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Button } from './Button.tsx';
import { CancelForm } from './CancelForm.tsx';
import { JobLine } from './JobLine.tsx';
import { validUntil } from './OpenVouchers.tsx';
import { Sheet } from './Sheet.tsx';
import { REWARD_SIGNS, Sign } from './Sign.tsx';
import { useSettled } from './use-settled.ts';

interface VoucherSheetProps {
  counter: Counter;
  sheet: Extract<SheetState, { kind: 'VOUCHER' }>;
  formats: Formats;
  now: number;
}

/** One voucher: what it is worth, whose it is, whether it is valid; to use it, or to cancel it. */
export function VoucherSheet({ counter, sheet, formats, now }: VoucherSheetProps) {
  const { redemption, isNew, isCancelling, done, job } = sheet;
  const { words } = formats;
  const { member, reward } = redemption;
  const isOpen = redemption.status === 'ISSUED' || redemption.status === 'PENDING';
  return (
    <Sheet labelledBy="voucher" onClose={() => counter.closeSheet()}>
      <p class="voucher-status" data-status={redemption.status} data-done={done ?? undefined} role="status">
        <Sign name={signOf(redemption)} />
        {isNew && isOpen ? words.vouchers.redeemed : statusOf(redemption, formats)}
      </p>
      <h2 class="sheet-title" id="voucher">
        <Sign name={REWARD_SIGNS[redemption.kind]} />
        {redemption.name}
      </h2>
      {isNew && isOpen && !isCancelling && redemption.voucherQrSvg && (
        <Picture redemption={redemption} formats={formats} />
      )}
      <p class="voucher-code">
        <span class="unseen">{words.vouchers.code}</span> {redemption.voucherCode}
      </p>
      <ul class="sheet-facts">
        {reward.value !== null && <li>{words.rewards.worth(formats.money(reward.value.amount))}</li>}
        <li>
          {words.vouchers.of} <strong>{member.displayName}</strong> {spacedNumber(member.memberNumber)}
        </li>
        {isOpen && <li>{validUntil(redemption, formats, now)}</li>}
      </ul>
      {done === 'CANCELLED' && <p class="good">{words.vouchers.wasCancelled(formats.number(redemption.cost))}</p>}
      {!isOpen && done === null && <p>{endOf(redemption, formats, now)}</p>}
      {isOpen && !isCancelling && reward.description !== null && <p>{reward.description}</p>}
      {isOpen && !isCancelling && reward.terms !== null && <p class="quiet">{reward.terms}</p>}
      {isOpen && isNew && !isCancelling && (
        <p class="quiet">{redemption.status === 'PENDING' ? words.vouchers.toPrepare : words.vouchers.toHandOver}</p>
      )}
      <JobLine job={job} formats={formats} onStop={() => counter.stopWaiting()} />
      {isCancelling ? (
        <CancelForm counter={counter} sheet={sheet} formats={formats} />
      ) : (
        <VoucherButtons counter={counter} sheet={sheet} formats={formats} isOpen={isOpen} />
      )}
    </Sheet>
  );
}

type ButtonsProps = Omit<VoucherSheetProps, 'now'> & { isOpen: boolean };

function VoucherButtons({ counter, sheet, formats, isOpen }: ButtonsProps) {
  const { redemption, isNew, job, key } = sheet;
  const { words } = formats;
  const isSettled = useSettled(key + redemption.status);
  const isOff = job.is === 'BUSY' || !isSettled;
  const close = () => counter.closeSheet();
  if (!isOpen) {
    return (
      <div class="sheet-buttons">
        <Button look="gold" class="large" focused isOff={!isSettled} onPress={() => counter.next()}>
          {words.vouchers.next}
        </Button>
        <Button class="large" onPress={close}>
          {words.vouchers.close}
        </Button>
      </div>
    );
  }
  const use = redemption.status === 'PENDING' ? words.vouchers.handOver : words.vouchers.use;
  return (
    <>
      <div class="sheet-buttons">
        <Button look="gold" class="large" focused isOff={isOff} onPress={() => void counter.vouchers.use()}>
          {job.is === 'BUSY' ? words.busy : use}
        </Button>
        <Button class="large" onPress={close}>
          {isNew ? words.vouchers.later : words.vouchers.close}
        </Button>
      </div>
      <Button look="quiet" isOff={isOff} onPress={() => counter.vouchers.askWhy(true)}>
        {words.vouchers.cancel}
      </Button>
    </>
  );
}

/** The voucher as a QR code, as a picture: whatever it holds, it runs nothing in the page. */
function Picture({ redemption, formats }: { redemption: Redemption; formats: Formats }) {
  return (
    <figure class="voucher-picture">
      <img
        src={`data:image/svg+xml,${encodeURIComponent(redemption.voucherQrSvg ?? '')}`}
        alt={`QR: ${redemption.voucherCode}`}
        width={180}
        height={180}
      />
      <figcaption class="quiet">{formats.words.vouchers.show}</figcaption>
    </figure>
  );
}

function signOf({ status }: Redemption) {
  if (status === 'PENDING') return 'clock';
  return status === 'CANCELLED' || status === 'EXPIRED' ? 'warning' : 'check';
}

/** What is handed over is not used. */
function statusOf({ status, reward }: Redemption, { words }: Formats): string {
  const isHandedOver = status === 'FULFILLED' && reward.fulfilment === 'MANUAL';
  return isHandedOver ? words.vouchers.handedOver : words.vouchers.status[status];
}

/** When and how a voucher ended, so that nobody at the counter has to guess. */
function endOf(redemption: Redemption, formats: Formats, now: number): string {
  const { vouchers } = formats.words;
  const { fulfilledAt, cancelledAt, cancelReason, expiresAt } = redemption;
  if (fulfilledAt !== null) return vouchers.used(formats.moment(fulfilledAt, now));
  if (cancelledAt !== null) return vouchers.cancelled(formats.moment(cancelledAt, now), cancelReason);
  return expiresAt === null ? '' : vouchers.expired(formats.moment(expiresAt, now));
}
