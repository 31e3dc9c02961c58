import type { Language } from '../shared/language.ts';
import type { StatusWords, TokenWords } from '../shared/words.ts';

/** Everything a board says, in one language. */
export interface Words extends StatusWords {
  boards: string;
  period: string;
  running: string;
  finalStandings: string;
  place: (rank: number) => string;
  week: (number: number, year: number) => string;
  allTime: string;
  hiddenMember: string;
  you: string;
  yourPlace: string;
  onBoard: (size: string) => string;
  points: (count: number) => string;
  activities: (count: number) => string;
  notOnBoard: string;
  missing: (score: string) => string;
  inTheLead: string;
  closes: (when: string) => string;
  awards: string;
  awaitingAwards: string;
  awardsMissed: string;
  noBoards: { title: string; text: string; link: string };
  noPlaces: { title: string; text: string };
  noPlacesThen: { title: string; text: string };
  leads: (name: string, score: string) => string;
  youAreAt: (rank: number) => string;
  loading: string;
  menu: {
    me: string;
    start: string;
    playground: string;
    schema: string;
    wall: string;
    leaveWall: string;
    language: string;
  };
  signIn: TokenWords & {
    open: string;
    title: string;
    text: string;
    cancel: string;
    out: string;
    as: (name: string) => string;
  };
  skip: string;
}

const en: Words = {
  boards: 'Leaderboards',
  period: 'Period',
  running: 'running',
  finalStandings: 'Final standings',
  status: { connecting: 'Connecting …', live: 'Live', reconnecting: 'Reconnecting …' },
  lastSeen: (time) => `Last seen ${time}`,
  place: (rank) => `Place ${rank}`,
  week: (number, year) => `Week ${number}, ${year}`,
  allTime: 'All time',
  hiddenMember: 'Hidden member',
  you: 'You',
  yourPlace: 'Your place',
  onBoard: (size) => `${size} on the board`,
  points: (count) => (count === 1 ? 'point' : 'points'),
  activities: (count) => (count === 1 ? 'activity' : 'activities'),
  notOnBoard: 'You are not on this board yet. The next thing you do that counts puts you on it.',
  missing: (score) => `${score} to overtake the next`,
  inTheLead: 'You are in the lead',
  closes: (when) => `Ends ${when}`,
  awards: 'Just earned',
  awaitingAwards: 'The next points will show up here the moment someone earns them.',
  awardsMissed: 'Some awards may be missing: this page was out of touch for a while.',
  noBoards: {
    title: 'No leaderboard yet',
    text: 'An administrator makes one with the mutation saveLeaderboard. It appears here by itself.',
    link: 'Open the playground',
  },
  noPlaces: {
    title: 'The season is open',
    text: 'Nobody has scored yet. The first activity that counts takes the lead, and shows here at once.',
  },
  noPlacesThen: { title: 'Nobody scored', text: 'This season ended without a score. Choose another period above.' },
  leads: (name, score) => `${name} is in the lead with ${score}.`,
  youAreAt: (rank) => `You are now in place ${rank}.`,
  loading: 'Fetching the leaderboard …',
  menu: {
    me: 'My page',
    start: 'About Pokal',
    playground: 'Playground',
    schema: 'Schema',
    wall: 'Wall view',
    leaveWall: 'Leave wall view',
    language: 'På svenska',
  },
  signIn: {
    open: 'See your place',
    title: 'See your place',
    text: 'Paste the access token your club gave you. It stays in this browser tab and is forgotten when you close it.',
    token: 'Access token',
    submit: 'Show my place',
    cancel: 'Cancel',
    as: (name) => `Look as ${name}`,
    out: 'Sign out',
    refused: 'That token is not valid, or no longer. Get a new one and try again.',
  },
  skip: 'Skip to the leaderboard',
};

const sv: Words = {
  boards: 'Topplistor',
  period: 'Period',
  running: 'pågår',
  finalStandings: 'Slutställning',
  status: { connecting: 'Ansluter …', live: 'Live', reconnecting: 'Återansluter …' },
  lastSeen: (time) => `Senaste kontakt ${time}`,
  place: (rank) => `Plats ${rank}`,
  week: (number, year) => `Vecka ${number}, ${year}`,
  allTime: 'Genom tiderna',
  hiddenMember: 'Dold medlem',
  you: 'Du',
  yourPlace: 'Din plats',
  onBoard: (size) => `${size} på listan`,
  points: () => 'poäng',
  activities: (count) => (count === 1 ? 'aktivitet' : 'aktiviteter'),
  notOnBoard: 'Du är inte med på listan än. Nästa sak du gör som räknas tar dig dit.',
  missing: (score) => `${score} kvar till platsen före`,
  inTheLead: 'Du leder',
  closes: (when) => `Slutar ${when}`,
  awards: 'Senaste poängen',
  awaitingAwards: 'Nästa poäng syns här i samma stund som någon får dem.',
  awardsMissed: 'Några poäng kan saknas: sidan var utan kontakt en stund.',
  noBoards: {
    title: 'Ingen topplista än',
    text: 'En administratör skapar en med mutationen saveLeaderboard. Den dyker upp här av sig själv.',
    link: 'Öppna lekplatsen',
  },
  noPlaces: {
    title: 'Säsongen är öppen',
    text: 'Ingen har fått poäng än. Den första aktiviteten som räknas tar ledningen och syns här direkt.',
  },
  noPlacesThen: { title: 'Ingen fick poäng', text: 'Säsongen slutade utan resultat. Välj en annan period ovan.' },
  leads: (name, score) => `${name} leder med ${score}.`,
  youAreAt: (rank) => `Du ligger nu på plats ${rank}.`,
  loading: 'Hämtar topplistan …',
  menu: {
    me: 'Min sida',
    start: 'Om Pokal',
    playground: 'Lekplats',
    schema: 'Schema',
    wall: 'Storbildsläge',
    leaveWall: 'Lämna storbildsläget',
    language: 'In English',
  },
  signIn: {
    open: 'Se din plats',
    title: 'Se din plats',
    text: 'Klistra in åtkomstnyckeln du fått av klubben. Den stannar i den här fliken och glöms när du stänger den.',
    token: 'Åtkomstnyckel',
    submit: 'Visa min plats',
    cancel: 'Avbryt',
    as: (name) => `Titta som ${name}`,
    out: 'Logga ut',
    refused: 'Nyckeln gäller inte, eller gäller inte längre. Hämta en ny och försök igen.',
  },
  skip: 'Hoppa till topplistan',
};

export const words: Readonly<Record<Language, Words>> = { en, sv };
