/** @jsxImportSource preact */
import type { Counter } from '../data/counter.ts';
import type { CounterState } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { CameraSheet } from './CameraSheet.tsx';
import { PurchaseSheet } from './PurchaseSheet.tsx';
import { RedeemSheet } from './RedeemSheet.tsx';
import { VoucherSheet } from './VoucherSheet.tsx';

interface SheetsProps {
  counter: Counter;
  state: CounterState;
  formats: Formats;
  now: number;
}

/** Whatever lies on top. Each sheet is one of its own, so that nothing of the one before is left in it. */
export function Sheets({ counter, state, formats, now }: SheetsProps) {
  const { sheet, shop } = state;
  switch (sheet?.kind) {
    case 'REDEEM':
      return <RedeemSheet key={sheet.key} counter={counter} sheet={sheet} state={state} formats={formats} />;
    case 'VOUCHER':
      return <VoucherSheet key={sheet.key} counter={counter} sheet={sheet} formats={formats} now={now} />;
    case 'PURCHASE':
      if (shop === null) return null;
      return <PurchaseSheet key={sheet.key} counter={counter} sheet={sheet} shop={shop} formats={formats} />;
    case 'CAMERA':
      return <CameraSheet key={sheet.key} counter={counter} formats={formats} />;
    default:
      return null;
  }
}
