/** @jsxImportSource preact */
import type { Counter } from '../data/counter.ts';
import type { CounterState, Sheet as SheetState } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { Button } from './Button.tsx';
import { JobLine } from './JobLine.tsx';
import { Sheet } from './Sheet.tsx';
import { REWARD_SIGNS, Sign } from './Sign.tsx';
import { useSettled } from './use-settled.ts';

interface RedeemSheetProps {
  counter: Counter;
  sheet: Extract<SheetState, { kind: 'REDEEM' }>;
  state: CounterState;
  formats: Formats;
}

/** The second tap: what it is, what it costs, what is left. */
export function RedeemSheet({ counter, sheet, state, formats }: RedeemSheetProps) {
  const { reward, job, key } = sheet;
  const { words } = formats;
  const isSettled = useSettled(key);
  const left = (state.served?.member.wallet.active ?? 0) - reward.cost;
  const close = () => counter.closeSheet();
  return (
    <Sheet labelledBy="redeem" onClose={close}>
      <p class="sheet-kind">{words.redeem.title}</p>
      <h2 class="sheet-title" id="redeem">
        <Sign name={REWARD_SIGNS[reward.kind]} />
        {reward.name}
      </h2>
      {reward.description !== null && <p>{reward.description}</p>}
      <ul class="sheet-facts">
        {reward.value !== null && <li>{words.rewards.worth(formats.money(reward.value.amount))}</li>}
        {left >= 0 && <li>{words.redeem.after(formats.number(left))}</li>}
      </ul>
      {reward.terms !== null && <p class="quiet">{reward.terms}</p>}
      <JobLine job={job} formats={formats} onStop={() => counter.stopWaiting()} />
      <div class="sheet-buttons">
        <Button
          look="gold"
          class="large"
          focused
          isOff={job.is === 'BUSY' || !isSettled}
          onPress={() => void counter.vouchers.redeem()}
        >
          {job.is === 'BUSY' ? words.busy : words.redeem.yes(formats.number(reward.cost))}
        </Button>
        <Button class="large" onPress={close}>
          {words.redeem.no}
        </Button>
      </div>
    </Sheet>
  );
}
