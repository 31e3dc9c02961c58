/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks';
import { activityWord } from '../../shared/activity-words.ts';
import type { FriendsData, ReferralProgram } from '../data/value-types.ts';
import type { Formats } from '../formats.ts';
import type { FriendsWords } from './words.ts';

const COPIED_MS = 2_500;

interface InviteProps {
  me: NonNullable<FriendsData['me']>;
  program: ReferralProgram;
  words: FriendsWords;
  formats: Formats;
}

/** The code and the link, ready to be handed on, and what there is for both. */
export function Invite({ me: { referralCode, referralLink }, program, words, formats }: InviteProps) {
  const club = formats.program?.name ?? 'Pokal';
  const [copied, setCopied] = useState<'code' | 'link' | null>(null);
  useEffect(() => {
    if (copied === null) return undefined;
    const timer = setTimeout(() => setCopied(null), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (what: 'code' | 'link', text: string) => (await copyText(text)) && setCopied(what);
  return (
    <section class="card invite" aria-labelledby="invite">
      <div class="invite-code">
        <p class="sub-title" id="invite">
          {words.code}
        </p>
        <p class="code-letters">{referralCode}</p>
        <p class="code-link">
          <a href={referralLink}>{referralLink.replace(/^https?:\/\//, '')}</a>
        </p>
        <div class="choices">
          {'share' in navigator && (
            <button type="button" class="button" onClick={() => void share(words.shareText(club), referralLink)}>
              {words.share}
            </button>
          )}
          <button
            type="button"
            class={'share' in navigator ? 'button quiet-button' : 'button'}
            onClick={() => void copy('link', referralLink)}
          >
            {copied === 'link' ? words.copied : words.copyLink}
          </button>
          <button type="button" class="button quiet-button" onClick={() => void copy('code', referralCode)}>
            {copied === 'code' ? words.copied : words.copyCode}
          </button>
        </div>
        <p class="unseen" role="status">
          {copied === null ? '' : words.copied}
        </p>
      </div>
      <Gives program={program} words={words} formats={formats} />
    </section>
  );
}

function Gives({ program, words: { gives }, formats }: Omit<InviteProps, 'me'>) {
  const { levels, refereePoints, holdFor, maxPerReferrer, qualifyingActivity } = program;
  const [first = 0, ...deeper] = levels;
  const name = activityWord({ activityType: qualifyingActivity, reason: '' }, formats.language);
  const further = deeper.filter((points) => points > 0).map((points) => formats.number(points));
  return (
    <div class="invite-gives">
      <h2 class="sub-title">{gives.title}</h2>
      <ul>
        {first > 0 && <li>{gives.you(formats.number(first), gives.done(qualifyingActivity, name))}</li>}
        {refereePoints > 0 && <li>{gives.friend(formats.number(refereePoints))}</li>}
        {further.length > 0 && <li>{gives.deeper(further)}</li>}
      </ul>
      <p class="quiet">
        {holdFor !== null && `${gives.hold(formats.span(holdFor))} `}
        {maxPerReferrer?.points != null && gives.cap(formats.number(maxPerReferrer.points), maxPerReferrer.per)}
      </p>
    </div>
  );
}

/** Hands the link to whatever the visitor shares with; thinking better of it is no fault. */
async function share(text: string, url: string): Promise<void> {
  await navigator.share({ text, url }).catch(() => {});
}

/** Copies a text. Without TLS browsers have no clipboard to write to, but still copy what is selected. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    return isCopied;
  }
}
