/** @jsxImportSource preact */
import { useEffect } from 'preact/hooks';
import type { Value } from '../data/value.ts';
import type { Redemption, Reward } from '../data/value-types.ts';
import type { Formats } from '../formats.ts';
import { Dialog } from '../view/Dialog.tsx';
import { Tile } from './Tile.tsx';
import { type Attempt, useAttempt } from './use-attempt.ts';
import { whyNot } from './why-not.ts';
import type { ValueWords } from './words.ts';

interface RedeemDialogProps {
  reward: Reward;
  /** Points to spend. */
  spendable: number;
  value: Value;
  words: ValueWords;
  formats: Formats;
  now: number;
  onRedeemed(redemption: Redemption): void;
  onClose(): void;
}

/** Asks once more before points are spent, and says what came of it when that was nothing. */
export function RedeemDialog({ reward, spendable, value, words, formats, now, ...on }: RedeemDialogProps) {
  const what = `redeem ${reward.code}`;
  // The key is there from the moment the dialog opens, so that whatever is tapped in it means the same one thing.
  value.keys.keyOf(what);
  useEffect(() => () => value.keys.dropped(what), [value, what]);
  const [attempt, run] = useAttempt(
    value.keys.isUnanswered(what),
    () => value.redeem(reward.code, what),
    on.onRedeemed,
  );
  const { redeem } = words;
  const span = reward.validFor;
  return (
    <Dialog class="redeem" labelledBy="redeem" onClose={on.onClose}>
      <div class="redeem-body">
        <Tile kind={reward.kind} imageUrl={reward.imageUrl} />
        <h2 id="redeem">{redeem.title(reward.name)}</h2>
        <p>{reward.fulfilment === 'MANUAL' ? redeem.manual : redeem.instant}</p>
        <dl class="sum">
          <dt>{redeem.have}</dt>
          <dd>{words.cost(formats.number(spendable))}</dd>
          <dt>{redeem.costs}</dt>
          <dd>{formats.signed(-reward.cost)}</dd>
          <dt>{redeem.left}</dt>
          <dd>{words.cost(formats.number(Math.max(0, spendable - reward.cost)))}</dd>
        </dl>
        <p class="quiet">{span === null ? words.validForEver : words.valid(formats.span(span))}</p>
        {reward.terms !== null && (
          <p class="quiet">
            <strong>{redeem.terms}:</strong> {reward.terms}
          </p>
        )}
        <Trouble attempt={attempt} reward={reward} words={words} formats={formats} now={now} />
        <div class="choices">
          <button type="button" class="button quiet-button" onClick={on.onClose}>
            {attempt.is === 'refused' ? words.vouchers.close : redeem.never}
          </button>
          {attempt.is !== 'refused' && (
            <button type="button" class="button" aria-disabled={attempt.is === 'sending'} onClick={run}>
              {buttonOf(attempt, words, formats.number(reward.cost))}
            </button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function buttonOf({ is }: Attempt, { redeem }: ValueWords, cost: string): string {
  if (is === 'sending') return redeem.sending;
  return is === 'unanswered' ? redeem.again : redeem.confirm(cost);
}

type TroubleProps = Pick<RedeemDialogProps, 'reward' | 'words' | 'formats' | 'now'> & { attempt: Attempt };

/** What stood in the way, read aloud too. */
function Trouble({ attempt, reward, words, formats, now }: TroubleProps) {
  if (attempt.is === 'unanswered') {
    return (
      <p class="trouble" role="alert">
        {words.redeem.unanswered}
      </p>
    );
  }
  if (attempt.is !== 'refused') return null;
  const { code, details } = attempt.refusal;
  const missing = typeof details?.missingPoints === 'number' ? details.missingPoints : null;
  return (
    <p class="trouble" role="alert">
      <strong>{words.redeem.refused}.</strong> {whyNot(reward, { code, missing }, words, formats, now)}
    </p>
  );
}
