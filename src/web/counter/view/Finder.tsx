/** @jsxImportSource preact */
import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { spacedNumber } from '../../shared/member-number.ts';
import type { Counter } from '../data/counter.ts';
import type { CounterState, Find } from '../data/state.ts';
import type { Formats } from '../formats.ts';
import { TroubleLine } from './JobLine.tsx';
import { Matches, optionId } from './Matches.tsx';
import { Sign } from './Sign.tsx';

interface FinderProps {
  counter: Counter;
  state: CounterState;
  formats: Formats;
  field: RefObject<HTMLInputElement | null>;
}

/** The one field, what it recognises, and who fits. */
export function Finder({ counter, state, formats, field }: FinderProps) {
  const { find, memberId } = state;
  const { words } = formats;
  const { finding } = counter;
  const isIdle = memberId === null;
  return (
    <search class="finder" data-typed={find.text === '' ? undefined : ''}>
      {isIdle && <h1 class="finder-title">{words.find.title}</h1>}
      <form
        class="finder-form"
        data-recognised={find.recognised.kind}
        onSubmit={(event) => {
          event.preventDefault();
          // A scanner may be done typing before the page has drawn what it typed.
          void finding.enter(field.current?.value ?? find.text);
          // If it stays, the next scan takes its place.
          field.current?.select();
        }}
      >
        <Sign name={signOf(find)} />
        <Field counter={counter} find={find} formats={formats} field={field} />
        {find.text !== '' && (
          <button
            type="button"
            class="finder-button"
            aria-label={words.find.clear}
            onClick={() => {
              finding.clear();
              field.current?.focus();
            }}
          >
            <Sign name="close" />
          </button>
        )}
        <button type="button" class="finder-button" aria-label={words.find.camera} onClick={() => counter.openCamera()}>
          <Sign name="camera" />
        </button>
        <button type="submit" class="finder-go">
          {words.find.go}
        </button>
      </form>
      <Below counter={counter} find={find} formats={formats} />
      {isIdle && find.text === '' && <Hints formats={formats} />}
    </search>
  );
}

/** The field itself. A tablet's keyboard stays away until somebody taps: a scanner needs none. */
function Field({ counter, find, formats, field }: Omit<FinderProps, 'state'> & { find: Find }) {
  const { words } = formats;
  const { finding } = counter;
  const [isTapped, setTapped] = useState(false);
  const isOpen = (find.matches?.length ?? 0) > 0;
  return (
    <input
      ref={field}
      class="finder-field"
      type="text"
      role="combobox"
      aria-label={words.find.label}
      aria-expanded={isOpen}
      aria-controls="matches"
      aria-autocomplete="list"
      aria-activedescendant={find.active >= 0 ? optionId(find.active) : undefined}
      placeholder={words.find.placeholder}
      value={find.text}
      inputMode={isTapped ? 'search' : 'none'}
      enterkeyhint="search"
      autoComplete="off"
      autoCapitalize="none"
      spellcheck={false}
      maxLength={200}
      autofocus
      onPointerDown={() => setTapped(true)}
      onBlur={() => setTapped(false)}
      onInput={(event) => finding.type(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
        event.preventDefault();
        finding.move(event.key === 'ArrowDown' ? 1 : -1);
      }}
    />
  );
}

/** What the field says of what stands in it. */
function Below({ counter, find, formats }: { counter: Counter; find: Find; formats: Formats }) {
  const { words } = formats;
  const { job, recognised, matches } = find;
  const isFound = (matches?.length ?? 0) > 0;
  if (isFound) return <Matches find={find} formats={formats} onPick={(id) => counter.finding.pick(id)} />;
  if (job.is === 'FAILED') return <TroubleLine text={formats.trouble(job.trouble)} />;
  if (recognised.kind === 'MISTYPED_NUMBER' || recognised.kind === 'MISTYPED_VOUCHER') {
    return <TroubleLine text={formats.trouble({ code: recognised.kind, details: {} })} />;
  }
  if (job.is === 'BUSY') return <p class="finder-note">{job.isRetrying ? words.find.retrying : words.find.asking}</p>;
  if (recognised.kind === 'VOUCHER') {
    return (
      <button type="button" class="finder-offer" onClick={() => void counter.finding.enter()}>
        <Sign name="ticket" />
        {words.find.voucher(recognised.code)}
      </button>
    );
  }
  if (recognised.kind === 'NUMBER')
    return <p class="finder-note">{words.find.number(spacedNumber(recognised.number))}</p>;
  const isNobody = matches !== null && recognised.kind === 'TEXT';
  return isNobody ? <p class="finder-note">{formats.trouble({ code: 'NOBODY', details: {} })}</p> : null;
}

function Hints({ formats }: { formats: Formats }) {
  const [card, voucher, typed] = formats.words.find.hints;
  return (
    <ul class="hints">
      <li>
        <Sign name="card" />
        {card}
      </li>
      <li>
        <Sign name="ticket" />
        {voucher}
      </li>
      <li>
        <Sign name="type" />
        {typed}
      </li>
    </ul>
  );
}

function signOf({ recognised }: Find) {
  if (recognised.kind === 'NUMBER') return 'card';
  return recognised.kind === 'VOUCHER' ? 'ticket' : 'find';
}
