/** The parts of the page. Each has an address of its own: the fragment. */
export const VIEWS = ['home', 'rewards', 'friends', 'card'] as const;

export type View = (typeof VIEWS)[number];
