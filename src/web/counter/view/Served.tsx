/** @jsxImportSource preact */
import type { Counter } from '../data/counter.ts';
import type { CounterState, Served as ServedState } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { Activities, Challenges } from './Lists.tsx';
import { OpenVouchers } from './OpenVouchers.tsx';
import { Rewards } from './Rewards.tsx';
import { Sign } from './Sign.tsx';
import { Till } from './Till.tsx';
import { Who } from './Who.tsx';
import { Won } from './Won.tsx';

interface ServedProps {
  counter: Counter;
  state: CounterState;
  served: ServedState;
  formats: Formats;
  now: number;
  onDismiss(): void;
}

/** Everything about the member who stands at the counter, what can be done first. */
export function Served({ counter, state, served, formats, now, onDismiss }: ServedProps) {
  const { member } = served;
  const edges = { vouchers: member.redemptions.edges, activities: member.activities.edges };
  return (
    <div class="served">
      <div class="side">
        <Who served={served} formats={formats} now={now} />
        {member.status === 'ACTIVE' && <Till counter={counter} state={state} formats={formats} />}
      </div>
      <div class="body">
        {member.status !== 'ACTIVE' && <Standing status={member.status} formats={formats} />}
        {state.win !== null && <Won key={state.win.id} win={state.win} formats={formats} onClose={onDismiss} />}
        <OpenVouchers
          vouchers={edges.vouchers.map(({ node }) => node)}
          formats={formats}
          now={now}
          onShow={(voucher) => counter.vouchers.show(voucher)}
        />
        {member.status === 'ACTIVE' && (
          <Rewards served={served} formats={formats} now={now} onOffer={(reward) => counter.vouchers.offer(reward)} />
        )}
        <div class="pair">
          <Challenges challenges={member.challenges} formats={formats} />
          <Activities activities={edges.activities.map(({ node }) => node)} formats={formats} now={now} />
        </div>
      </div>
    </div>
  );
}

/** Why nothing can be done for the member. */
function Standing({ status, formats }: { status: 'SUSPENDED' | 'MERGED' | 'ERASED'; formats: Formats }) {
  const { title, text } = formats.words.statuses[status];
  return (
    <section class="standing" role="alert">
      <Sign name="warning" />
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
    </section>
  );
}
