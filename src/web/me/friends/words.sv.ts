import type { FriendsWords } from './words.ts';

const PERIODS = {
  ACTIVITY: 'varje gång',
  DAY: 'om dagen',
  WEEK: 'i veckan',
  MONTH: 'i månaden',
  YEAR: 'om året',
  LIFETIME: 'sammanlagt',
};

export const sv: FriendsWords = {
  title: 'Bjud in vänner',
  lead: (club) => `Ge en vän din länk till ${club}. Ni får något för det båda två.`,
  code: 'Din kod',
  link: 'Din länk',
  copyCode: 'Kopiera kod',
  copyLink: 'Kopiera länk',
  copied: 'Kopierat',
  share: 'Dela',
  shareText: (club) => `Häng med i ${club}! Här är min inbjudan:`,
  gives: {
    title: 'Det här får ni',
    you: (points, done) => `Du får ${points} poäng när din vän ${done}.`,
    friend: (points) => `Din vän får ${points} poäng att börja med.`,
    deeper: ([first = '', ...others]) =>
      others.length === 0
        ? `Och ${first} till när någon kommer genom din vän.`
        : `Och ${first} till när någon kommer genom din vän, ${others.join(', ')} längre ut.`,
    hold: (span) => `Poängen går att använda efter ${span}.`,
    cap: (points, per) => `Högst ${points} poäng ${PERIODS[per]}.`,
    done: (activity, name) =>
      activity === 'purchase' ? 'har gjort sitt första köp' : `har gjort det här för första gången: ${name}`,
  },
  resting: 'Just nu ger det inget att bjuda in vänner. Ditt träd står kvar.',
  tree: {
    title: 'Ditt träd',
    none: 'Ditt träd börjar med den första vännen som kommer genom din länk.',
    all: (count) => `${count} har kommit genom dig`,
    direct: (count) => `${count} direkt`,
    earned: (points) => `${points} poäng för dina egna vänner`,
    you: 'Du',
    cameThrough: ([first = '', ...others]) =>
      [`Du kom genom ${first}`, ...others.map((name) => `som kom genom ${name}`)].join(', '),
    back: 'Tillbaka till hela trädet',
    way: 'Var i trädet du är',
    others: (count) => `+${count}`,
    more: (count) => `och ${count} till`,
    list: 'Alla som har kommit genom dig',
    came: (day) => `Kom ${day}`,
    brought: (people, count) => `tog med ${people} ${count === 1 ? 'person' : 'personer'}`,
    worth: (amount) => `som har handlat för ${amount}`,
    standing: { waiting: 'På väg', counts: 'Räknas', rewarded: 'Belönad', undone: 'Återtagen' },
    got: (points) => `+${points} poäng`,
  },
  news: (kind, name, depth) => {
    if (kind === 'JOINED') return depth === 1 ? `${name} kom genom dig.` : `${name} kom genom ditt träd.`;
    if (kind === 'QUALIFIED') return `${name} räknas nu.`;
    return kind === 'REWARDED' ? `${name} är belönad nu.` : null;
  },
};
