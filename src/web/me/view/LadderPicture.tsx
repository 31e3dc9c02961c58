/** @jsxImportSource preact */
import { useRef } from 'preact/hooks';
import type { Ladder, LadderStep } from '../data/types.ts';
import type { Formats } from '../formats.ts';
import { Drawing } from './Drawing.tsx';
import { Landscape } from './Landscape.tsx';
import { ladderView, type Rung } from './ladder-view.ts';
import { heightAt, placeOn, type Trail, trailOf } from './trail.ts';
import { useGliding, useWidth } from './use-motion.ts';

const NARROW = 560;
/** A step's name wants this much. */
const STEP_WIDTH = { narrow: 92, wide: 132 };
const HEIGHT = { narrow: 300, wide: 440 };
/** The sky above the highest step: room for the sign of who stands there. */
const SKY = { narrow: 96, wide: 112 };

interface LadderPictureProps {
  ladder: Ladder;
  formats: Formats;
}

/** The points ladder as a way up a fell: every step a piece of level ground, and where the member stands. */
export function LadderPicture({ ladder, formats }: LadderPictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const size = width < NARROW ? 'narrow' : 'wide';
  const view = ladderView(ladder, Math.floor(width / STEP_WIDTH[size]));
  const trail = trailOf(width, HEIGHT[size], Math.max(1, view.rungs.length), SKY[size]);
  const target = placeOn(trail, view.reached, view.share);
  const place = useGliding(target, width);
  const { words } = formats;
  return (
    <>
      <div class="picture" ref={box}>
        {width > 0 && (
          <>
            <Landscape trail={trail} place={place} />
            <ol class="rungs" aria-label={words.ladder.title}>
              {view.rungs.map((rung, index) => (
                <RungSign
                  key={`${rung.step.kind} ${rung.step.code}`}
                  rung={rung}
                  index={index}
                  trail={trail}
                  formats={formats}
                />
              ))}
            </ol>
            <Standing trail={trail} place={place}>
              {view.next === null
                ? words.ladder.top
                : words.ladder.missing(formats.amount(view.next.unit, view.next.remaining), view.next.name)}
            </Standing>
          </>
        )}
      </div>
      {view.hidden > 0 && <AllSteps steps={ladder.steps} formats={formats} />}
    </>
  );
}

interface AllStepsProps {
  steps: readonly LadderStep[];
  formats: Formats;
}

/** Every step with how far it is, where the picture has room for some only. */
function AllSteps({ steps, formats }: AllStepsProps) {
  const { ladder } = formats.words;
  return (
    <details class="all-steps">
      <summary>{ladder.all(steps.length)}</summary>
      <ol>
        {steps.map((step) => (
          <li key={`${step.kind} ${step.code}`} data-reached={step.reached ? '' : undefined}>
            <Drawing name={step.kind === 'TIER' ? 'flag' : 'coin'} />
            <span class="all-steps-name">
              {step.name} <span class="all-steps-kind">{step.kind === 'TIER' ? ladder.tier : ladder.reward}</span>
            </span>
            <span>{step.reached ? ladder.reached : ladder.toGo(formats.amount(step.unit, step.remaining))}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

interface RungSignProps {
  rung: Rung;
  index: number;
  trail: Trail;
  formats: Formats;
}

function RungSign({ rung: { step, isNext }, index, trail, formats }: RungSignProps) {
  const spot = trail.steps[index] ?? { x: 0, y: 0 };
  const room = trail.width / trail.steps.length - 8;
  const { words } = formats;
  return (
    <li
      class="rung"
      data-reached={step.reached ? '' : undefined}
      data-next={isNext ? '' : undefined}
      data-kind={step.kind}
      style={{ left: `${spot.x - room / 2}px`, top: `${spot.y}px`, width: `${room}px` }}
    >
      <span class="flag">
        <svg viewBox="0 0 20 30" aria-hidden="true" focusable="false">
          <path class="pole" d="M4 30V2" />
          <path class="pennant" d="M4 3h14l-4 4.5 4 4.5H4Z" />
        </svg>
      </span>
      <span class="rung-name">{step.name}</span>
      <span class="rung-amount">
        {step.reached ? (
          <>
            <span class="unseen">{words.ladder.reached} </span>
            {Number(step.at) > 0 ? formats.amount(step.unit, step.at) : words.ladder.start}
          </>
        ) : (
          words.ladder.toGo(formats.amount(step.unit, step.remaining))
        )}
      </span>
    </li>
  );
}

interface StandingProps {
  trail: Trail;
  place: number;
  children: string;
}

/** Who stands where, and how far it is. */
function Standing({ trail, place, children }: StandingProps) {
  const y = heightAt(trail, place);
  // The sign stays within the picture, whoever stands near its edge.
  const lean = Math.min(1, Math.max(0, place / trail.width));
  return (
    <div class="standing" style={{ transform: `translate(${place}px, ${y}px)` }}>
      <svg class="hiker" viewBox="0 0 24 34" aria-hidden="true" focusable="false">
        <circle class="hiker-head" cx="13.5" cy="4.5" r="3.6" />
        <path class="hiker-pack" d="M10 9.5H6.8a1.5 1.5 0 0 0-1.5 1.5v5.5A1.5 1.5 0 0 0 6.8 18H9Z" />
        <path d="M12.5 10.5c-2.3.3-3 2-3.2 4.5l-.3 5 3 1.5-2.5 11M11.5 21.5l3.8 3.5.9 7.5M12.8 12l3.2 4.3 4.5 1.2M20.5 13v20" />
      </svg>
      <p class="sign" style={{ transform: `translateX(${-lean * 100}%)` }}>
        {children}
      </p>
    </div>
  );
}
