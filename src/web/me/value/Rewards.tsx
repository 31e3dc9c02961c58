/** @jsxImportSource preact */
import { useState } from 'preact/hooks';
import type { MeState } from '../data/state.ts';
import type { Member } from '../data/types.ts';
import type { Value } from '../data/value.ts';
import type { Redemption, Reward } from '../data/value-types.ts';
import type { Formats } from '../formats.ts';
import { RedeemDialog } from './RedeemDialog.tsx';
import { Bar, RewardRow } from './RewardRow.tsx';
import { shelvesOf } from './sorting.ts';
import { Tile } from './Tile.tsx';
import { VoucherDialog } from './VoucherDialog.tsx';
import { EarlierVouchers, Vouchers } from './Vouchers.tsx';
import { type ValueWords, valueWords } from './words.ts';
import './value.css';

export interface PartProps {
  state: MeState;
  member: Member;
  value: Value;
  formats: Formats;
  now: number;
}

/** Of a long shelf so many are shown at once. */
const MOST_AT_ONCE = 6;

/** What points are good for: vouchers to use, rewards to take, and what is nearest in reach. */
export default function Rewards({ state, member, value, formats, now }: PartProps) {
  const words = valueWords[formats.language];
  const [wanted, setWanted] = useState<string | null>(null);
  const [shown, setShown] = useState<Redemption | null>(null);
  const { rewards: data } = state;
  if (data === null || data.me === null) return <p class="waiting">{formats.words.loading}</p>;
  const [open, earlier] = [data.me.open, data.me.earlier].map(({ edges }) => edges.map(({ node }) => node));
  const catalogue = data.rewards.edges.map(({ node }) => node);
  const reward = catalogue.find(({ code }) => code === wanted);
  const voucher = [...(open ?? []), ...(earlier ?? [])].find(({ id }) => id === shown?.id) ?? shown;
  const openVoucher = (id: string) => {
    setShown([...(open ?? []), ...(earlier ?? [])].find((redemption) => redemption.id === id) ?? null);
  };
  const common = { words, formats, now };
  return (
    <>
      <header class="part-head">
        <h1>{words.title}</h1>
        <p class="part-balance">
          <strong>{formats.number(member.wallet.active)}</strong> {formats.words.points.spendable(member.wallet.active)}
        </p>
      </header>
      {member.wallet.deficit > 0 && (
        <p class="warning">{formats.words.points.owed(formats.number(member.wallet.deficit))}</p>
      )}
      {open !== undefined && open.length > 0 && <Vouchers redemptions={open} {...common} onOpen={openVoucher} />}
      <Catalogue rewards={catalogue} {...common} onRedeem={({ code }) => setWanted(code)} />
      {data.rewards.pageInfo.hasNextPage && <p class="quiet">{words.cheapest(formats.number(catalogue.length))}</p>}
      <EarlierVouchers redemptions={earlier ?? []} {...common} onOpen={openVoucher} />
      {reward !== undefined && (
        <RedeemDialog
          key={reward.code}
          {...{ reward, value, ...common }}
          spendable={member.wallet.active}
          onClose={() => setWanted(null)}
          onRedeemed={(redemption) => {
            setWanted(null);
            setShown(redemption);
          }}
        />
      )}
      {voucher !== null && (
        <VoucherDialog
          key={voucher.id}
          redemption={voucher}
          qrCode={state.qrCodes.get(voucher.id) ?? null}
          {...{ value, ...common }}
          onClose={() => setShown(null)}
        />
      )}
    </>
  );
}

interface CatalogueProps {
  rewards: readonly Reward[];
  words: ValueWords;
  formats: Formats;
  now: number;
  onRedeem(reward: Reward): void;
}

function Catalogue({ rewards, words, formats, now, onRedeem }: CatalogueProps) {
  const { now: takeable, nearest, later, barred } = shelvesOf(rewards);
  const common = { words, formats, now };
  return (
    <div class="shelves">
      {nearest !== null && <Nearest reward={nearest} {...common} />}
      {(takeable.length > 0 || nearest !== null) && (
        <section class="card" aria-labelledby="takeable">
          <h2 class="card-title" id="takeable">
            {words.now.title}
          </h2>
          {takeable.length === 0 && <p class="quiet">{words.now.none}</p>}
          <Shelf rewards={takeable} {...common} onRedeem={onRedeem} />
        </section>
      )}
      {later.length > 0 && (
        <section class="card" aria-labelledby="later">
          <h2 class="card-title" id="later">
            {words.later.title}
          </h2>
          <Shelf rewards={later} {...common} />
        </section>
      )}
      {barred.length > 0 && (
        <details class="more">
          <summary>{words.barred(barred.length)}</summary>
          <div class="card">
            <Shelf rewards={barred} {...common} />
          </div>
        </details>
      )}
    </div>
  );
}

interface ShelfProps extends Omit<CatalogueProps, 'onRedeem'> {
  onRedeem?: (reward: Reward) => void;
}

function Shelf({ rewards, words, ...row }: ShelfProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? rewards : rewards.slice(0, MOST_AT_ONCE);
  return (
    <>
      <ul class="rows">
        {shown.map((reward) => (
          <RewardRow key={reward.code} reward={reward} words={words} {...row} />
        ))}
      </ul>
      {shown.length < rewards.length && (
        <button type="button" class="button quiet-button" onClick={() => setWhole(true)}>
          {words.showAll(row.formats.number(rewards.length))}
        </button>
      )}
    </>
  );
}

/** The one to look forward to. */
function Nearest({ reward, words, formats, now }: Omit<CatalogueProps, 'rewards' | 'onRedeem'> & { reward: Reward }) {
  const { nextPossibleAt, missingPoints } = reward.availability;
  const toGo = words.later.toGo(formats.number(missingPoints ?? 0));
  return (
    <section class="card nearest" aria-labelledby="nearest">
      <Tile kind={reward.kind} imageUrl={reward.imageUrl} />
      <div class="reward-text">
        <h2 class="sub-title" id="nearest">
          {words.nearest}
        </h2>
        <p class="nearest-name">{reward.name}</p>
        <div class="bar-line">
          <Bar reward={reward} label={toGo} />
          <span class="bar-text">{toGo}</span>
        </div>
        <p class="quiet">
          {words.cost(formats.number(reward.cost))}
          {nextPossibleAt !== null && ` · ${words.later.when(formats.until(nextPossibleAt, now))}`}
        </p>
      </div>
    </section>
  );
}
