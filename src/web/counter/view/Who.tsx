/** @jsxImportSource preact */
import { spacedNumber } from '../../shared/member-number.ts';
import type { Served } from '../data/state.ts';
import type { Member } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Avatar } from './Avatar.tsx';
import { Bar } from './Bar.tsx';
import { missingOf, nextTierOf, percentOf, shelfOf } from './nearest.ts';
import { Sign } from './Sign.tsx';

interface WhoProps {
  served: Served;
  formats: Formats;
  now: number;
}

/** Who it is, what they have, and how near the next tier and the next reward are. */
export function Who({ served, formats, now }: WhoProps) {
  const { member } = served;
  const { words } = formats;
  return (
    <section class="card who" aria-labelledby="who">
      <div class="who-head">
        <Avatar name={member.displayName} />
        <div>
          <h1 id="who" tabIndex={-1}>
            {member.displayName}
          </h1>
          <p class="quiet who-number">
            <span class="unseen">{words.memberNumber}</span> {spacedNumber(member.memberNumber)}
          </p>
        </div>
      </div>
      <div class="who-figures">
        <p class="balance">
          <span class="balance-figure">{formats.number(member.wallet.active)}</span>{' '}
          {words.points.spendable(member.wallet.active)}
        </p>
        <p class="tier-chip">
          <Sign name="cup" />
          {member.tier.tier?.name ?? words.tier.none}
        </p>
      </div>
      <WalletFacts member={member} formats={formats} now={now} />
      <Distances served={served} formats={formats} now={now} />
    </section>
  );
}

function WalletFacts({ member, formats, now }: { member: Member; formats: Formats; now: number }) {
  const { words } = formats;
  const { pending, expiring, deficit } = member.wallet;
  const [first] = expiring;
  if (pending === 0 && deficit === 0 && first === undefined) return null;
  return (
    <ul class="wallet-facts">
      {deficit > 0 && (
        <li data-grave>
          <Sign name="warning" />
          {words.points.owed(formats.number(deficit))}
        </li>
      )}
      {pending > 0 && (
        <li>
          <Sign name="clock" />
          {words.points.pending(formats.number(pending))}
        </li>
      )}
      {first !== undefined && (
        <li data-soon>
          <Sign name="warning" />
          {words.points.expiring(formats.number(first.points), formats.until(first.expiresAt, now))}
        </li>
      )}
    </ul>
  );
}

function Distances({ served: { member, rewards }, formats, now }: WhoProps) {
  const { words } = formats;
  const step = nextTierOf(member);
  const [nearest] = shelfOf(rewards).soon;
  const { tier, keepUntil } = member.tier;
  return (
    <div class="distances">
      {step === null
        ? tier !== null && <p class="distance-text">{words.tier.top}</p>
        : distance(words.tier.toNext(formats.amount(step.unit, step.remaining), step.name), step.percent)}
      {tier !== null && keepUntil !== null && (
        <p class="distance-risk">
          <Sign name="warning" />
          {words.tier.keep(tier.name, formats.day(keepUntil, now))}
        </p>
      )}
      {nearest !== undefined &&
        distance(words.toReward(formats.amount('POINTS', missingOf(nearest)), nearest.name), percentOf(nearest))}
    </div>
  );
}

function distance(text: string, percent: number) {
  return (
    <div class="distance">
      <p class="distance-text">{text}</p>
      <Bar label={text} percent={percent} text={text} />
    </div>
  );
}
