/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { BadgeAward, BadgeInfo, BadgeProgress, Member } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Dialog } from './Dialog.tsx';
import { Emblem } from './Emblem.tsx';

const MOST_WITHIN_REACH = 3;

/** A badge with what the member has of it. */
interface Pin {
  badge: BadgeInfo;
  /** How far it is to the next award; null without a goal. */
  progress: BadgeProgress | null;
  /** Newest first. */
  awards: readonly BadgeAward[];
}

interface BadgesProps {
  badges: readonly BadgeInfo[];
  member: Member;
  formats: Formats;
  now: number;
}

/** The member's badges, the ones nearest by, and the others in outline. */
export function Badges({ badges, member, formats, now }: BadgesProps) {
  const { words } = formats;
  const [opened, setOpened] = useState<Pin | null>(null);
  const { earned, near, others } = sorted(badges, member);
  const pins = (shown: readonly Pin[], is: 'earned' | 'near' | 'other') => (
    <ul class="pins">
      {shown.map((pin) => (
        <PinItem key={pin.badge.code} pin={pin} is={is} formats={formats} onOpen={() => setOpened(pin)} />
      ))}
    </ul>
  );
  return (
    <section class="card badges" aria-labelledby="badges">
      <h2 class="card-title" id="badges">
        {words.badges.title}
        {earned.length > 0 && <span class="count">{words.badges.earned(formats.number(earned.length))}</span>}
      </h2>
      {earned.length > 0 ? (
        pins(earned, 'earned')
      ) : (
        <div class="nothing">
          <h3>{words.badges.none.title}</h3>
          <p>{words.badges.none.text}</p>
        </div>
      )}
      {near.length > 0 && (
        <>
          <h3 class="sub-title">{words.badges.within}</h3>
          {pins(near, 'near')}
        </>
      )}
      {others.length > 0 && (
        <details class="more">
          <summary>{words.badges.others(others.length)}</summary>
          {pins(others, 'other')}
        </details>
      )}
      {opened !== null && <PinCard pin={opened} formats={formats} now={now} onClose={() => setOpened(null)} />}
    </section>
  );
}

interface PinItemProps {
  pin: Pin;
  is: 'earned' | 'near' | 'other';
  formats: Formats;
  onOpen(): void;
}

function PinItem({ pin: { badge, awards, progress }, is, formats, onOpen }: PinItemProps) {
  return (
    <li>
      <button type="button" class="pin" data-is={is} aria-haspopup="dialog" onClick={onOpen}>
        <span class="pin-drawing">
          {is === 'near' && progress !== null && <Ring percent={progress.percent} />}
          <Emblem badge={badge} />
          {awards.length > 1 && <span class="pin-times">{`×${awards.length}`}</span>}
        </span>
        <span class="pin-name">{badge.name}</span>
        {is === 'near' && progress !== null && (
          <span class="pin-note">
            {formats.words.badges.toGo(formats.number(Number(progress.target) - Number(progress.progress)))}
          </span>
        )}
        {is !== 'earned' && <span class="unseen">{formats.words.badges.missing}</span>}
      </button>
    </li>
  );
}

/** How near a badge is, as a ring around it. */
function Ring({ percent }: { percent: number }) {
  return (
    <svg class="ring" viewBox="0 0 76 76" aria-hidden="true" focusable="false">
      <circle class="ring-whole" cx="38" cy="38" r="35" />
      <circle class="ring-done" cx="38" cy="38" r="35" pathLength="100" stroke-dasharray={`${percent} 100`} />
    </svg>
  );
}

interface PinCardProps {
  pin: Pin;
  formats: Formats;
  now: number;
  onClose(): void;
}

/** Everything about one badge. */
function PinCard({ pin: { badge, awards, progress }, formats, now, onClose }: PinCardProps) {
  const { badges: words } = formats.words;
  const [latest] = awards;
  return (
    <Dialog class="pin-card" labelledBy="pin-card" onClose={onClose}>
      <div class="pin-card-body" data-earned={latest === undefined ? undefined : ''}>
        <Emblem badge={badge} />
        <h2 id="pin-card">{badge.name}</h2>
        <p>{badge.description}</p>
        <ul class="facts">
          <li>{latest === undefined ? words.missing : words.awarded(formats.day(latest.awardedAt, now))}</li>
          {awards.length > 1 && <li>{words.times(awards.length)}</li>}
          {progress !== null && latest === undefined && (
            <li>
              {formats.words.challenges.progress(formats.number(progress.progress), formats.number(progress.target))}
            </li>
          )}
          {badge.rarity > 0 && <li>{words.rarity(formats.share(badge.rarity))}</li>}
          {badge.limit !== null && (
            <li>{words.limit(formats.number(badge.awardedCount), formats.number(badge.limit))}</li>
          )}
        </ul>
        {latest?.reason != null && <p class="quiet">{latest.reason}</p>}
        <form method="dialog">
          <button type="submit" class="button">
            {words.close}
          </button>
        </form>
      </div>
    </Dialog>
  );
}

/** Earned ones newest first; those with progress, nearest first; and the rest. */
function sorted(badges: readonly BadgeInfo[], member: Member) {
  const pins = pinsOf(badges, member);
  const latest = ({ awards }: Pin) => Date.parse(awards[0]?.awardedAt ?? '');
  const earned = pins.filter(({ awards }) => awards.length > 0).toSorted((left, right) => latest(right) - latest(left));
  const open = pins.filter(({ awards }) => awards.length === 0);
  const percent = ({ progress }: Pin) => progress?.percent ?? 0;
  const near = open
    .filter((pin) => percent(pin) > 0)
    .toSorted((left, right) => percent(right) - percent(left))
    .slice(0, MOST_WITHIN_REACH);
  return { earned, near, others: open.filter((pin) => !near.includes(pin)) };
}

/** Every badge there is, and those the member holds that are no longer given. */
function pinsOf(badges: readonly BadgeInfo[], member: Member): Pin[] {
  const held = member.badges.edges.map(({ node }) => node).filter(({ revokedAt }) => revokedAt === null);
  const known = new Set(badges.map(({ code }) => code));
  const former = new Map(held.filter(({ badge }) => !known.has(badge.code)).map(({ badge }) => [badge.code, badge]));
  const all = [
    ...badges,
    ...[...former.values()].map((badge) => ({ ...badge, rarity: 0, limit: null, awardedCount: 0 })),
  ];
  return all.map((badge) => ({
    badge,
    progress: member.badgeProgress.find((one) => one.badge.code === badge.code) ?? null,
    awards: held.filter((award) => award.badge.code === badge.code),
  }));
}
