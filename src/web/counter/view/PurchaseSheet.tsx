/** @jsxImportSource preact */
import { useEffect, useRef } from 'preact/hooks';
import { minorDigits, pressed, readAmount } from '../data/amounts.ts';
import type { Counter } from '../data/counter.ts';
import type { Preview, Sheet as SheetState } from '../data/state.ts';
import type { Shop } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Button } from './Button.tsx';
import { JobLine, TroubleLine } from './JobLine.tsx';
import { Outcomes } from './Outcomes.tsx';
import { Sheet } from './Sheet.tsx';
import { Sign } from './Sign.tsx';

interface PurchaseSheetProps {
  counter: Counter;
  sheet: Extract<SheetState, { kind: 'PURCHASE' }>;
  shop: Shop;
  formats: Formats;
}

/** A purchase by its amount: what it would give is told before it is recorded. */
export function PurchaseSheet({ counter, sheet, shop, formats }: PurchaseSheetProps) {
  const { words } = formats;
  const { recording } = counter;
  const { amount, preview, job } = sheet;
  const { currencyCode } = shop.program;
  const digits = minorDigits(currencyCode);
  const read = readAmount(amount, digits);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const isBusy = job.is === 'BUSY';
  return (
    <Sheet class="purchase" labelledBy="purchase" onClose={() => counter.closeSheet()}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void recording.purchase();
        }}
      >
        <h2 class="sheet-title" id="purchase">
          <Sign name="basket" />
          {words.purchase.title}
        </h2>
        <label class="amount">
          <span>{words.purchase.amount}</span>
          <span class="amount-line">
            <input
              ref={field}
              // The keypad below is larger than any the tablet has.
              inputMode="none"
              autoComplete="off"
              value={amount}
              readOnly={isBusy}
              aria-invalid={read.is === 'WRONG'}
              onInput={(event) => recording.amount(event.currentTarget.value)}
            />
            <span class="amount-currency">{currencyCode}</span>
          </span>
        </label>
        <div class="amount-preview" aria-live="polite">
          {read.is === 'WRONG' ? <TroubleLine text={words.purchase.wrong} /> : told(preview, formats)}
        </div>
        <Keypad formats={formats} digits={digits} onKey={(key) => recording.amount(pressed(amount, key, digits))} />
        <JobLine job={job} formats={formats} onStop={() => counter.stopWaiting()} />
        <div class="sheet-buttons">
          <Button look="gold" class="large" submits isOff={isBusy || read.is !== 'READ'}>
            {isBusy && words.busy}
            {!isBusy && (read.is === 'READ' ? words.purchase.record(formats.money(read.amount)) : words.purchase.enter)}
          </Button>
          <Button class="large" onPress={() => counter.closeSheet()}>
            {words.redeem.no}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

function told(preview: Preview, formats: Formats) {
  const { words } = formats;
  if (preview.is === 'NONE') return null;
  if (preview.is === 'ASKING') return <p class="quiet">{words.purchase.asking}</p>;
  if (preview.is === 'REFUSED') return <TroubleLine text={formats.trouble(preview.trouble)} />;
  const { outcome, balance } = preview;
  return (
    <>
      <p class="amount-gives">
        {outcome.points === 0 ? (
          words.purchase.nothing
        ) : (
          <>
            {words.purchase.gives} <strong>{`+${words.win.points(formats.number(outcome.points))}`}</strong>
          </>
        )}
        <span class="quiet">{words.purchase.after(formats.number(balance))}</span>
      </p>
      <Outcomes outcome={outcome} formats={formats} />
    </>
  );
}

interface KeypadProps {
  formats: Formats;
  digits: number;
  onKey(key: string): void;
}

/** Keys for fingers. The keyboard works in the field, so that they are no stops on its way. */
function Keypad({ formats, digits, onKey }: KeypadProps) {
  const decimal = formats.number(1.5).charAt(1);
  const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', digits > 0 ? decimal : '', '0', 'BACK'];
  return (
    // A tap on a key leaves the focus in the field.
    <div class="keypad" onPointerDown={(event) => event.preventDefault()}>
      {keys.map((key) =>
        key === '' ? (
          <span key="none" />
        ) : (
          <button
            key={key}
            type="button"
            tabIndex={-1}
            aria-label={key === 'BACK' ? formats.words.purchase.back : undefined}
            onClick={() => onKey(key)}
          >
            {key === 'BACK' ? <Sign name="back" /> : key}
          </button>
        ),
      )}
    </div>
  );
}
