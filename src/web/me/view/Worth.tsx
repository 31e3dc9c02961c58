/** @jsxImportSource preact */
import type { Member, OpenVoucher } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Drawing } from './Drawing.tsx';

interface WorthProps {
  member: Member;
  formats: Formats;
  now: number;
}

/** What the points are good for, in a line each: vouchers that wait to be used, and the reward nearest in reach. */
export function Worth({ member: { redemptions, nextReward }, formats, now }: WorthProps) {
  const { worth: words } = formats.words;
  const [first, ...others] = redemptions.edges.map(({ node }) => node);
  if (first === undefined && nextReward === null) return null;
  return (
    <ul class="worth">
      {first !== undefined && (
        <li>
          <a href="#rewards">
            <Drawing name="ticket" />
            <span class="worth-text">
              <strong>{others.length === 0 ? first.name : words.vouchers(formats.number(others.length + 1))}</strong>
              <span class="quiet">
                {others.length === 0
                  ? noteOf(first, formats, now)
                  : [first, ...others].map(({ name }) => name).join(', ')}
              </span>
            </span>
          </a>
        </li>
      )}
      {nextReward !== null && (
        <li>
          <a href="#rewards">
            <Drawing name="gift" />
            <span class="worth-text">
              <strong>{nextReward.reward.name}</strong>
              <span class="quiet">{formats.words.ladder.toGo(formats.amount('POINTS', nextReward.missingPoints))}</span>
              <span class="bar" aria-hidden="true">
                <span class="bar-done" style={{ width: `${nextReward.percent}%` }} />
              </span>
            </span>
          </a>
        </li>
      )}
    </ul>
  );
}

/** What there is to know of a voucher before it is used. */
function noteOf({ status, expiresAt }: OpenVoucher, formats: Formats, now: number): string {
  const { worth: words } = formats.words;
  if (status === 'PENDING') return words.preparing;
  return expiresAt === null ? words.ready : words.until(formats.lastDay(expiresAt, now));
}
