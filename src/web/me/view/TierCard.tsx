/** @jsxImportSource preact */
import type { Benefit, Tier, TierStanding } from '../data/types.ts';
import { type Formats, UNITS } from '../formats.ts';
import { Drawing } from './Drawing.tsx';

interface TierCardProps {
  standing: TierStanding;
  formats: Formats;
  now: number;
}

/** The tier, what it gives, what it takes to keep it, and what the next one adds. */
export function TierCard({ standing, formats, now }: TierCardProps) {
  const { tier, since, next } = standing;
  const { tier: words } = formats.words;
  const added = next === null ? [] : addedBenefits(tier, next);
  const isRicher = tier !== null && (Number(tier.multiplier) !== 1 || tier.benefits.length > 0);
  return (
    <section class="card tier" aria-labelledby="tier">
      <h2 class="card-title" id="tier">
        {words.title}
      </h2>
      <p class="tier-name">{tier?.name ?? words.none}</p>
      {tier !== null && since !== null && <p class="quiet">{words.since(formats.day(since, now))}</p>}
      <Keeping standing={standing} formats={formats} now={now} />
      {isRicher && (
        <ul class="benefits" aria-label={words.benefits}>
          {Number(tier.multiplier) !== 1 && (
            <li>
              <Drawing name="coin" />
              <span>{words.multiplier(formats.number(tier.multiplier))}</span>
            </li>
          )}
          {tier.benefits.map((benefit) => (
            <BenefitItem key={benefit.code} benefit={benefit} />
          ))}
        </ul>
      )}
      {next !== null && added.length > 0 && (
        <>
          <h3 class="sub-title">{words.next(next.name)}</h3>
          <ul class="benefits benefits-next">
            {added.map((benefit) => (
              <BenefitItem key={benefit.code} benefit={benefit} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function BenefitItem({ benefit }: { benefit: Benefit }) {
  return (
    <li>
      <Drawing name="check" />
      <span>
        {benefit.name}
        {benefit.description !== null && <span class="quiet">{benefit.description}</span>}
      </span>
    </li>
  );
}

/** What keeps the tier; a warning while the member falls short of it. */
function Keeping({ standing: { tier, toKeep, keepUntil }, formats, now }: TierCardProps) {
  const { tier: words } = formats.words;
  if (tier === null) return null;
  if (toKeep !== null && Number(toKeep) > 0 && keepUntil !== null) {
    return (
      <p class="warning">
        <Drawing name="warning" />
        <span>{words.atRisk(formats.amount(UNITS[tier.metric], toKeep), formats.day(keepUntil, now))}</span>
      </p>
    );
  }
  if (Number(tier.threshold) === 0) return null;
  const text =
    tier.window === null
      ? words.keptForEver
      : words.kept(formats.amount(UNITS[tier.metric], tier.threshold), formats.span(tier.window));
  return <p class="keeping">{text}</p>;
}

function addedBenefits(tier: Tier | null, next: Tier): Benefit[] {
  const own = new Set(tier?.benefits.map(({ code }) => code));
  return next.benefits.filter(({ code }) => !own.has(code));
}
