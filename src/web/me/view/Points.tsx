/** @jsxImportSource preact */
import type { Member } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { useGliding } from './use-motion.ts';

interface PointsProps {
  member: Member;
  formats: Formats;
  now: number;
}

/** What the member has: points to spend, on the way, and soon gone. */
export function Points({ member, formats, now }: PointsProps) {
  const { active, pending, deficit, expiring } = member.wallet;
  const { words } = formats;
  const shown = Math.round(useGliding(active));
  const [first] = expiring;
  return (
    <div class="points">
      <p class="balance">
        <span class="balance-figure" aria-hidden="true">
          {formats.number(shown)}
        </span>
        <span class="unseen">{formats.number(active)}</span>{' '}
        <span class="balance-unit">{words.points.spendable(active)}</span>
      </p>
      {deficit > 0 && <p class="owed">{words.points.owed(formats.number(deficit))}</p>}
      <ul class="purse">
        {pending > 0 && <li data-kind="pending">{words.points.pending(formats.number(pending))}</li>}
        {first !== undefined && (
          <li data-kind="expiring">
            {words.points.expiring(formats.number(first.points), formats.until(first.expiresAt, now))}
          </li>
        )}
      </ul>
    </div>
  );
}
