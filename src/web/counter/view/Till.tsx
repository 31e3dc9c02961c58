/** @jsxImportSource preact */
import { builtInWord } from '../../shared/activity-words.ts';
import type { Language } from '../../shared/language.ts';
import type { Counter } from '../data/counter.ts';
import type { CounterState } from '../data/state.ts';
import { visitTypes } from '../data/visits.ts';
import type { Formats } from '../formats.ts';
import { Button } from './Button.tsx';
import { JobLine } from './JobLine.tsx';
import { Sign } from './Sign.tsx';
import { useSettled } from './use-settled.ts';

interface TillProps {
  counter: Counter;
  state: CounterState;
  formats: Formats;
}

/** What the member does at the counter: a visit with one tap, and a purchase. */
export function Till({ counter, state, formats }: TillProps) {
  const { visit, shop, sheet } = state;
  const { words } = formats;
  const { recording } = counter;
  const isSettled = useSettled(`${visit.key} ${sheet?.key ?? ''}`);
  const isBusy = visit.job.is === 'BUSY';
  const types = visitTypes(shop?.activityTypes ?? []);
  return (
    <section class="card till" aria-labelledby="till">
      <h2 class="card-title" id="till">
        {words.visit.title}
      </h2>
      {visit.type !== null && (
        <>
          {visit.isDone ? (
            <p class="till-done">
              <Sign name="check" />
              <span>{words.visit.done}</span>
              <Button look="quiet" isOff={!isSettled} onPress={() => recording.newVisit()}>
                {words.visit.again}
              </Button>
            </p>
          ) : (
            <Button look="gold" class="large" isOff={isBusy || !isSettled} onPress={() => void recording.visit()}>
              <Sign name="check" />
              {isBusy ? words.busy : words.visit.record}
            </Button>
          )}
          <label class="till-what">
            <span class="unseen">{words.visit.what}</span>
            <select
              value={visit.type}
              disabled={isBusy}
              onChange={(event) => recording.choose(event.currentTarget.value)}
            >
              {types.map((type) => (
                <option key={type.code} value={type.code}>
                  {typeName(type, formats.language)}
                </option>
              ))}
            </select>
          </label>
          <JobLine job={visit.job} formats={formats} onStop={() => counter.stopWaiting()} />
        </>
      )}
      <Button class="large" isOff={!isSettled} onPress={() => recording.openPurchase()}>
        <Sign name="basket" />
        {words.visit.purchase}
      </Button>
    </section>
  );
}

/** What an activity is called: built-in ones in the reader's language, the club's own as the club calls them. */
export function typeName(type: { code: string; name: string }, language: Language): string {
  return builtInWord(type.code, language) ?? type.name;
}
