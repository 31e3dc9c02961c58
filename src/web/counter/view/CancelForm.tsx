/** @jsxImportSource preact */
import { useEffect, useRef } from 'preact/hooks';
import type { Counter } from '../data/counter.ts';
import type { Sheet } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { Button } from './Button.tsx';

interface CancelFormProps {
  counter: Counter;
  sheet: Extract<Sheet, { kind: 'VOUCHER' }>;
  formats: Formats;
}

/** Asks why a voucher is cancelled. A field of several lines, since a scanner's Enter must not send it. */
export function CancelForm({ counter, sheet, formats }: CancelFormProps) {
  const { words } = formats;
  const reason = useRef<HTMLTextAreaElement>(null);
  useEffect(() => reason.current?.focus(), []);
  const isOff = sheet.job.is === 'BUSY';
  return (
    <form
      class="cancel"
      onSubmit={(event) => {
        event.preventDefault();
        void counter.vouchers.cancel(reason.current?.value ?? '');
      }}
    >
      <h3>{words.vouchers.cancelTitle}</h3>
      <p>{words.vouchers.cancelText(formats.number(sheet.redemption.cost))}</p>
      <label>
        <span>{words.vouchers.reason}</span>
        <textarea ref={reason} rows={2} maxLength={500} required />
      </label>
      <div class="sheet-buttons">
        <Button look="grave" class="large" submits isOff={isOff}>
          {isOff ? words.busy : words.vouchers.cancelYes}
        </Button>
        <Button class="large" onPress={() => counter.vouchers.askWhy(false)}>
          {words.vouchers.keep}
        </Button>
      </div>
    </form>
  );
}
