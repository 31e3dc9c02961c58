import type { Language } from '../../shared/language.ts';
import type { CapPeriod, ChainEventKind } from '../data/value-types.ts';
import { en } from './words.en.ts';
import { sv } from './words.sv.ts';

/** What members are told of how far a referral is: that somebody of the staff looks at it is not for them. */
export type Standing = 'waiting' | 'counts' | 'rewarded' | 'undone';

/** Everything that inviting friends says, in one language. Amounts come in written out. */
export interface FriendsWords {
  title: string;
  lead: (club: string) => string;
  code: string;
  link: string;
  copyCode: string;
  copyLink: string;
  copied: string;
  share: string;
  shareText: (club: string) => string;
  gives: {
    title: string;
    you: (points: string, done: string) => string;
    friend: (points: string) => string;
    deeper: (points: readonly string[]) => string;
    hold: (span: string) => string;
    cap: (points: string, per: CapPeriod) => string;
    /** What the friend has to have done. */
    done: (activity: string, name: string) => string;
  };
  resting: string;
  tree: {
    title: string;
    none: string;
    all: (count: string) => string;
    direct: (count: string) => string;
    earned: (points: string) => string;
    you: string;
    cameThrough: (names: readonly string[]) => string;
    back: string;
    way: string;
    others: (count: string) => string;
    more: (count: string) => string;
    list: string;
    came: (day: string) => string;
    brought: (people: string, count: number) => string;
    worth: (amount: string) => string;
    standing: Record<Standing, string>;
    got: (points: string) => string;
  };
  news: (kind: ChainEventKind, name: string, depth: number) => string | null;
}

export const friendsWords: Readonly<Record<Language, FriendsWords>> = { en, sv };
