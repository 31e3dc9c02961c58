import type { FriendsWords } from './words.ts';

const PERIODS = {
  ACTIVITY: 'each time',
  DAY: 'a day',
  WEEK: 'a week',
  MONTH: 'a month',
  YEAR: 'a year',
  LIFETIME: 'in all',
};

export const en: FriendsWords = {
  title: 'Invite friends',
  lead: (club) => `Give a friend your link to ${club}. You both get something for it.`,
  code: 'Your code',
  link: 'Your link',
  copyCode: 'Copy code',
  copyLink: 'Copy link',
  copied: 'Copied',
  share: 'Share',
  shareText: (club) => `Come along to ${club}! Here is my invitation:`,
  gives: {
    title: 'What you both get',
    you: (points, done) => `You get ${points} points when your friend ${done}.`,
    friend: (points) => `Your friend gets ${points} points to begin with.`,
    deeper: ([first = '', ...others]) =>
      others.length === 0
        ? `And ${first} more when somebody comes through your friend.`
        : `And ${first} more when somebody comes through your friend, ${others.join(', ')} further out.`,
    hold: (span) => `The points can be used after ${span}.`,
    cap: (points, per) => `At most ${points} points ${PERIODS[per]}.`,
    done: (activity, name) =>
      activity === 'purchase' ? 'has made a first purchase' : `has done this for the first time: ${name}`,
  },
  resting: 'There is nothing for inviting friends right now. Your tree stays.',
  tree: {
    title: 'Your tree',
    none: 'Your tree begins with the first friend who comes through your link.',
    all: (count) => `${count} came through you`,
    direct: (count) => `${count} directly`,
    earned: (points) => `${points} points for your own friends`,
    you: 'You',
    cameThrough: ([first = '', ...others]) =>
      [`You came through ${first}`, ...others.map((name) => `who came through ${name}`)].join(', '),
    back: 'Back to the whole tree',
    way: 'Where you are in the tree',
    others: (count) => `+${count}`,
    more: (count) => `and ${count} more`,
    list: 'Everybody who came through you',
    came: (day) => `Came ${day}`,
    brought: (people, count) => `brought ${people} ${count === 1 ? 'person' : 'people'}`,
    worth: (amount) => `who have bought for ${amount}`,
    standing: { waiting: 'On the way', counts: 'Counts', rewarded: 'Rewarded', undone: 'Taken back' },
    got: (points) => `+${points} points`,
  },
  news: (kind, name, depth) => {
    if (kind === 'JOINED') return depth === 1 ? `${name} came through you.` : `${name} came through your tree.`;
    if (kind === 'QUALIFIED') return `${name} counts now.`;
    return kind === 'REWARDED' ? `${name} is rewarded now.` : null;
  },
};
