/** @jsxImportSource preact */
import type { Reward } from '../data/value-types.ts';
import type { Formats } from '../formats.ts';
import { percentOf } from './sorting.ts';
import { Tile } from './Tile.tsx';
import { whyNot } from './why-not.ts';
import type { ValueWords } from './words.ts';

interface RewardRowProps {
  reward: Reward;
  words: ValueWords;
  formats: Formats;
  now: number;
  /** Given where it can be redeemed. */
  onRedeem?: (reward: Reward) => void;
}

/** One reward: what it is, what it costs, and what there is to do or still to earn. */
export function RewardRow({ reward, words, formats, now, onRedeem }: RewardRowProps) {
  const { code, name, description, kind, cost, imageUrl, availability } = reward;
  const { missingPoints, nextPossibleAt } = availability;
  const isNear = availability.code === 'INSUFFICIENT_POINTS' && missingPoints !== null;
  return (
    <li class="reward" data-code={code} data-is={availability.available ? 'now' : isNear ? 'later' : 'barred'}>
      <Tile kind={kind} imageUrl={imageUrl} />
      <div class="reward-text">
        <h3>{name}</h3>
        {description !== null && <p class="quiet">{description}</p>}
        <Facts reward={reward} words={words} formats={formats} now={now} />
        {isNear && (
          <div class="bar-line">
            <Bar reward={reward} label={words.later.toGo(formats.number(missingPoints))} />
            <span class="bar-text">{words.later.toGo(formats.number(missingPoints))}</span>
          </div>
        )}
        {isNear && nextPossibleAt !== null && (
          <p class="quiet">{words.later.when(formats.until(nextPossibleAt, now))}</p>
        )}
        {availability.code !== null && !isNear && (
          <p class="reward-why">
            {whyNot(reward, { code: availability.code, missing: missingPoints }, words, formats, now)}
          </p>
        )}
      </div>
      <div class="reward-side">
        <span class="reward-cost">{words.cost(formats.number(cost))}</span>
        {availability.available && onRedeem !== undefined && (
          <button type="button" class="button small" aria-haspopup="dialog" onClick={() => onRedeem(reward)}>
            <span aria-hidden="true">{words.redeem.button}</span>
            <span class="unseen">{words.redeem.buttonFor(name)}</span>
          </button>
        )}
      </div>
    </li>
  );
}

/** How much of the cost is there already. */
export function Bar({ reward, label }: { reward: Reward; label: string }) {
  const percent = percentOf(reward);
  return (
    <>
      <progress class="unseen" aria-label={reward.name} max={100} value={percent}>
        {label}
      </progress>
      <span class="bar" aria-hidden="true">
        <span class="bar-done" style={{ width: `${percent}%` }} />
      </span>
    </>
  );
}

function Facts({ reward, words, formats, now }: Omit<RewardRowProps, 'onRedeem'>) {
  const { kind, partner, stock, endsAt, value } = reward;
  return (
    <ul class="facts">
      <li>{partner === null ? words.kinds[kind] : words.from(partner)}</li>
      {value !== null && <li>{words.worth(formats.money(value.amount))}</li>}
      {stock !== null && stock > 0 && stock <= FEW && <li data-urgent="">{words.left(formats.number(stock))}</li>}
      {endsAt !== null && <li>{words.ends(formats.until(endsAt, now))}</li>}
    </ul>
  );
}

/** From so many on it matters how many are left. */
const FEW = 30;
