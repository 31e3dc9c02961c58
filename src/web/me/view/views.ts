import { useEffect, useState } from 'preact/hooks';
import type { MeState } from '../data/state.ts';
import { VIEWS, type View } from './view-names.ts';

/** The parts that there is something in. */
export function viewsOf({ member, offers }: MeState): readonly View[] {
  if (member === null) return ['home'];
  const isEmpty: Partial<Record<View, boolean>> = { rewards: !offers.rewards, friends: !offers.referrals };
  return VIEWS.filter((view) => isEmpty[view] !== true);
}

/** The part that an address names; the first one for any other address. */
export function viewAt(hash: string): View {
  return VIEWS.find((view) => hash === `#${view}`) ?? 'home';
}

/** The part that the address names now. Where it changes, the page begins again at its head. */
export function useView(): View {
  const [view, setView] = useState(() => viewAt(location.hash));
  useEffect(() => {
    const moved = () => {
      // The way past the head is no part of the page: the address goes on naming the part that is shown.
      if (location.hash === '#main')
        return history.replaceState(null, '', view === 'home' ? location.pathname + location.search : `#${view}`);
      setView(viewAt(location.hash));
      scrollTo(0, 0);
      document.getElementById('main')?.focus({ preventScroll: true });
    };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, [view]);
  return view;
}
