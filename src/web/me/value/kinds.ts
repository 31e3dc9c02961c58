import type { RewardKind } from '../data/value-types.ts';

/** How each kind of reward is drawn: lines in a box of 24, and the colours of its tile, light and dark. */
export const KINDS: Readonly<Record<RewardKind, { drawing: string; tone: string }>> = {
  COUPON: {
    drawing: 'M3.5 7h17v3.2a1.8 1.8 0 0 0 0 3.6V17h-17v-3.2a1.8 1.8 0 0 0 0-3.6ZM9 15l6-6M9.2 9.6h.01M14.8 14.4h.01',
    tone: 'rust',
  },
  VOUCHER: { drawing: 'M3 6.5h18v11H3ZM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM6 10v4M18 10v4', tone: 'spruce' },
  OFFER: { drawing: 'M4 4h8l8.5 8.5-8 8L4 12ZM8 8h.01', tone: 'rust' },
  PRODUCT: { drawing: 'm4 8 8-4.5L20 8v8.5L12 21l-8-4.5ZM4 8l8 4.5L20 8M12 12.5V21', tone: 'wood' },
  EXPERIENCE: { drawing: 'M2.5 19 9 7.5l4 6.5 2.5-3.5L21.5 19ZM6.8 11.4l2.2 1.4 2-1.2', tone: 'lake' },
  ADVICE: { drawing: 'M4 5h16v11h-8.5L7 20v-4H4ZM8 9h8M8 12h5', tone: 'lake' },
  ACCESS: { drawing: 'M8 7.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 11.5h9M18 11.5V15M21 11.5V14', tone: 'heather' },
  MERCHANDISE: {
    drawing: 'M5 8.5h11V14a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5ZM16 10.5h2a2.5 2.5 0 0 1 0 5h-2M8.5 3.5v2M12.5 3.5v2',
    tone: 'wood',
  },
  PARTNER_OFFER: {
    drawing: 'M9 7.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM15 7.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z',
    tone: 'heather',
  },
  DONATION: {
    drawing: 'M12 20C6 15.5 3 12.5 3 9a4.5 4.5 0 0 1 9-1.2A4.5 4.5 0 0 1 21 9c0 3.5-3 6.5-9 11Z',
    tone: 'spruce',
  },
};
