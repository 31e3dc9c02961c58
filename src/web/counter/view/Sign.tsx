/** @jsxImportSource preact */
import { LineDrawing } from '../../shared/view/LineDrawing.tsx';
import type { RewardKind } from '../data/types.ts';

/** The counter's signs, drawn as lines in a box of 24. */
const SIGNS = {
  find: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.5 15.5 20.5 20.5',
  camera:
    'M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16M8 8h3v3H8ZM13.5 8H16v3M8 13.5V16h3M13.5 13.5H16V16h-2.5Z',
  card: 'M3.5 6.5h17v11h-17ZM3.5 10h17M7 14.5h4',
  ticket: 'M3.5 7h17v3.2a1.9 1.9 0 0 0 0 3.6V17h-17v-3.2a1.9 1.9 0 0 0 0-3.6ZM14 7v2M14 11v2M14 15v2',
  type: 'M4 7h16v10H4ZM7 10h.5M10.5 10h.5M14 10h.5M17 10h.5M8 14h8',
  gift: 'M4.5 11h15v9h-15ZM3.5 7.5h17V11h-17ZM12 7.5V20M12 7.5C9.5 7.5 7.5 6.5 7.5 5a1.7 1.7 0 0 1 3-1C11.5 5 12 7.5 12 7.5ZM12 7.5c2.5 0 4.5-1 4.5-2.5a1.7 1.7 0 0 0-3-1C12.5 5 12 7.5 12 7.5Z',
  flag: 'M6 21.5V3M6 4h12l-3 4 3 4H6',
  talk: 'M4 5.5h16v10.5h-9l-4.5 4v-4H4ZM8 9.5h8M8 12.5h5',
  key: 'M8 11.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM11.2 12.8 20 4M16 8l3 3M13.5 10.5l2 2',
  people:
    'M8.5 4.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM2.5 19.5c0-4 2.4-6.5 6-6.5s6 2.5 6 6.5M15.5 5a2.7 2.7 0 0 1 0 5.3M17 13.3c2.8.5 4.5 2.8 4.5 6.2',
  heart: 'M12 20C6 15.5 3.5 12.5 3.5 9.2A4.3 4.3 0 0 1 12 7.5a4.3 4.3 0 0 1 8.5 1.7C20.5 12.5 18 15.5 12 20Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  warning: 'M12 4 2.5 20h19ZM12 10v4.5M12 17v.5',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7.5V12l3 2',
  basket: 'M4 9.5h16l-1.7 10H5.7ZM8.5 9.5 11 4M15.5 9.5 13 4M9.5 13v3M14.5 13v3',
  back: 'M9 6h11v12H9l-5.5-6ZM12.5 9.5l5 5M17.5 9.5l-5 5',
  close: 'M6 6l12 12M18 6 6 18',
  cup: 'M7 4h10v5.5a5 5 0 0 1-10 0ZM7 6H3.5c0 3.2 1.2 4.8 3.6 5M17 6h3.5c0 3.2-1.2 4.8-3.6 5M12 14.5v3.5M8 20.5h8M9.5 18h5',
  coin: 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 8l1.3 2.7 2.9.4-2.1 2 .5 2.9-2.6-1.4L9.4 16l.5-2.9-2.1-2 2.9-.4Z',
} as const;

export type SignName = keyof typeof SIGNS;

/** A small sign beside words that say the same. */
export function Sign({ name }: { name: SignName }) {
  return <LineDrawing name={name} path={SIGNS[name]} />;
}

/** What a kind of reward looks like. */
export const REWARD_SIGNS: Readonly<Record<RewardKind, SignName>> = {
  COUPON: 'ticket',
  VOUCHER: 'ticket',
  OFFER: 'coin',
  PRODUCT: 'gift',
  EXPERIENCE: 'flag',
  ADVICE: 'talk',
  ACCESS: 'key',
  MERCHANDISE: 'gift',
  PARTNER_OFFER: 'people',
  DONATION: 'heart',
};
