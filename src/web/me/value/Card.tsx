/** @jsxImportSource preact */
import { spacedNumber } from '../../shared/member-number.ts';
import { pictureOf } from './picture-of.ts';
import type { PartProps } from './Rewards.tsx';
import { valueWords } from './words.ts';
import './card.css';

/** The member's card: what is shown at the counter, large and light whatever the scheme, so that every scanner reads it. */
export default function Card({ state, member, formats }: Omit<PartProps, 'value'>) {
  const { card: words } = valueWords[formats.language];
  const { displayName, memberNumber, tier } = member;
  return (
    <>
      <header class="part-head">
        <h1>{words.title}</h1>
      </header>
      <article class="member-card" aria-label={words.title}>
        <p class="member-card-club">{formats.program?.name ?? 'Pokal'}</p>
        {tier.tier !== null && <p class="member-card-tier">{tier.tier.name}</p>}
        <div class="member-card-code">
          {state.cardQr !== null && <img src={pictureOf(state.cardQr)} alt={words.qr} />}
          <p class="member-card-number">
            <span class="unseen">{words.number}</span> {spacedNumber(memberNumber)}
          </p>
        </div>
        <p class="member-card-name">{displayName}</p>
      </article>
      <p class="member-card-hint">{words.hint}</p>
    </>
  );
}
