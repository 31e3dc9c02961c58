/** @jsxImportSource preact */
import { Component, type ComponentChildren, createRef } from 'preact';

interface MovingProps {
  class: string;
  label: string;
  children: ComponentChildren;
}

interface Spot {
  /** Where the item is seen now, also in the middle of a movement, relative to its list: scrolling is no movement. */
  left: number;
  top: number;
  width: number;
  /** Where its place is, moving or not. */
  place: string;
}

const MOVE: KeyframeAnimationOptions = { duration: 650, easing: 'cubic-bezier(0.22, 0.8, 0.24, 1)' };
/** From this ratio of widths on, a place has another shape. */
const RESHAPED = 1.6;
const APPEAR: KeyframeAnimationOptions = { duration: 400, easing: 'ease-out' };

/**
 * An ordered list whose items, told apart by `data-key`, glide to where they belong instead of jumping: each is measured
 * before and after the change and starts from where it was. Who prefers reduced motion sees the new order at once.
 */
export class Moving extends Component<MovingProps> {
  readonly #list = createRef<HTMLOListElement>();

  override getSnapshotBeforeUpdate(): Map<string, Spot> {
    return spotsOf(this.#list.current);
  }

  override componentDidUpdate(_props: MovingProps, _state: unknown, before: Map<string, Spot>): void {
    if (before.size === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    for (const item of itemsOf(this.#list.current)) glide(item, before.get(item.dataset.key ?? ''));
  }

  override render({ class: name, label, children }: MovingProps) {
    return (
      <ol class={name} aria-label={label} ref={this.#list}>
        {children}
      </ol>
    );
  }
}

function glide(item: HTMLElement, from: Spot | undefined): void {
  if (from === undefined) {
    item.animate([{ opacity: 0, transform: 'translateY(0.8em)' }, {}], APPEAR);
    return;
  }
  // Its place is the same: a movement that is under way goes on.
  if (from.place === placeOf(item)) return;
  for (const animation of item.getAnimations()) animation.cancel();
  // Between the podium and the rows below it the shape changes too: a wide row that came in from the side would stick out.
  const isReshaped = Math.max(from.width / item.offsetWidth, item.offsetWidth / from.width) > RESHAPED;
  const [x, y] = [isReshaped ? 0 : from.left - item.offsetLeft, from.top - item.offsetTop];
  // Whoever climbs passes in front of those overtaken.
  const zIndex = y > 0 ? '2' : '1';
  item.animate(
    [
      { transform: `translate(${x}px, ${y}px)`, zIndex },
      { transform: 'none', zIndex },
    ],
    MOVE,
  );
}

function spotsOf(list: HTMLElement | null): Map<string, Spot> {
  const spots = new Map<string, Spot>();
  const origin = list?.getBoundingClientRect();
  if (origin === undefined) return spots;
  for (const item of itemsOf(list)) {
    const { left, top, width } = item.getBoundingClientRect();
    spots.set(item.dataset.key ?? '', { left: left - origin.left, top: top - origin.top, width, place: placeOf(item) });
  }
  return spots;
}

function placeOf(item: HTMLElement): string {
  return `${item.offsetLeft} ${item.offsetTop}`;
}

function itemsOf(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.children ?? [])].filter((child) => child instanceof HTMLElement);
}
