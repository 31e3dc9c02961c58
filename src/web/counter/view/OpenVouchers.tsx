/** @jsxImportSource preact */
import type { Redemption } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Button } from './Button.tsx';
import { REWARD_SIGNS, Sign } from './Sign.tsx';

interface OpenVouchersProps {
  vouchers: readonly Redemption[];
  formats: Formats;
  now: number;
  onShow(voucher: Redemption): void;
}

/** What the member has redeemed and not used yet. */
export function OpenVouchers({ vouchers, formats, now, onShow }: OpenVouchersProps) {
  const { words } = formats;
  if (vouchers.length === 0) return null;
  return (
    <section class="card" aria-labelledby="vouchers">
      <h2 class="card-title" id="vouchers">
        {words.vouchers.title}
        <span class="count">{formats.number(vouchers.length)}</span>
      </h2>
      <ul class="rows">
        {vouchers.map((voucher) => (
          <li key={voucher.id} class="row row-act">
            <Sign name={REWARD_SIGNS[voucher.kind]} />
            <span class="row-text">
              <span class="row-name">{voucher.name}</span>
              <span class="quiet">
                {voucher.status === 'PENDING' ? words.vouchers.status.PENDING : validUntil(voucher, formats, now)}
              </span>
            </span>
            <Button class="row-button" onPress={() => onShow(voucher)}>
              {voucher.status === 'PENDING' ? words.vouchers.handOver : words.vouchers.open}
              <span class="unseen"> {voucher.name}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Until when a voucher can be used. */
export function validUntil({ expiresAt }: Redemption, formats: Formats, now: number): string {
  const { vouchers } = formats.words;
  return expiresAt === null ? vouchers.forEver : vouchers.until(formats.day(expiresAt, now));
}
