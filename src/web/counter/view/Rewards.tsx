/** @jsxImportSource preact */
import type { Served } from '../data/state.ts';
import type { Reward } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Bar } from './Bar.tsx';
import { missingOf, percentOf, shelfOf } from './nearest.ts';
import { REWARD_SIGNS, Sign } from './Sign.tsx';

interface RewardsProps {
  served: Served;
  formats: Formats;
  now: number;
  onOffer(reward: Reward): void;
}

/** What the member can get now, as buttons; then what is near, and why not the rest. */
export function Rewards({ served, formats, now, onOffer }: RewardsProps) {
  const { words } = formats;
  const shelf = shelfOf(served.rewards);
  return (
    <>
      <section class="card" aria-labelledby="now">
        <h2 class="card-title" id="now">
          {words.rewards.now}
          {shelf.now.length > 0 && <span class="count">{formats.number(shelf.now.length)}</span>}
        </h2>
        {shelf.now.length === 0 && <p class="quiet">{words.rewards.none}</p>}
        <ul class="offers">
          {shelf.now.map((reward) => (
            <li key={reward.code}>
              <button type="button" class="offer" data-code={reward.code} onClick={() => onOffer(reward)}>
                <Sign name={REWARD_SIGNS[reward.kind]} />
                <span class="offer-name">{reward.name}</span>
                <span class="offer-cost">{words.rewards.cost(formats.number(reward.cost))}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {shelf.soon.length > 0 && <Soon rewards={shelf.soon} formats={formats} now={now} />}
      {shelf.later.length > 0 && (
        <details class="card later">
          <summary>{words.rewards.later(formats.number(shelf.later.length))}</summary>
          <ul class="rows">
            {shelf.later.map((reward) => (
              <li key={reward.code} class="row">
                <span>{reward.name}</span>
                <span class="quiet">{formats.obstacle(reward, now)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Soon({ rewards, formats, now }: { rewards: readonly Reward[]; formats: Formats; now: number }) {
  const { words } = formats;
  return (
    <section class="card" aria-labelledby="soon">
      <h2 class="card-title" id="soon">
        {words.rewards.soon}
      </h2>
      <ul class="rows">
        {rewards.map((reward) => {
          const { nextPossibleAt } = reward.availability;
          const missing = words.rewards.missing(formats.amount('POINTS', missingOf(reward)));
          const possible = nextPossibleAt === null ? '' : words.rewards.possible(formats.until(nextPossibleAt, now));
          return (
            <li key={reward.code} class="row row-bar">
              <span>{reward.name}</span>
              <span class="quiet">{[missing, possible].filter(Boolean).join(' · ')}</span>
              <Bar label={reward.name} percent={percentOf(reward)} text={missing} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
