import type { ValueWords, WhyNot } from './words.ts';

export const sv: ValueWords = {
  title: 'Belöningar',
  kinds: {
    COUPON: 'Kupong',
    VOUCHER: 'Värdecheck',
    OFFER: 'Erbjudande',
    PRODUCT: 'Vara',
    EXPERIENCE: 'Upplevelse',
    ADVICE: 'Rådgivning',
    ACCESS: 'Förtur',
    MERCHANDISE: 'Från klubben',
    PARTNER_OFFER: 'Från en partner',
    DONATION: 'Gåva',
  },
  cost: (points) => `${points} poäng`,
  now: { title: 'Det här kan du ta nu', none: 'Inget som poängen räcker till än. Det närmaste står ovanför.' },
  nearest: 'Närmast inom räckhåll',
  later: { title: 'På väg', toGo: (points) => `${points} kvar`, when: (when) => `Räcker ${when}` },
  barred: (count) => `Inte för dig just nu (${count})`,
  showAll: (count) => `Visa alla ${count}`,
  cheapest: (count) => `Det här är de ${count} som kostar minst.`,
  from: (partner) => `Från ${partner}`,
  left: (count) => `${count} kvar`,
  ends: (when) => `Slutar ${when}`,
  worth: (amount) => `Värd ${amount}`,
  valid: (span) => `Används inom ${span}`,
  validForEver: 'Ingen sista dag',
  whyNot,
  redeem: {
    button: 'Lös in',
    buttonFor: (name) => `Lös in ${name}`,
    title: (name) => `Lösa in ${name}?`,
    have: 'Du har',
    costs: 'Det kostar',
    left: 'Du har kvar',
    instant: 'Du får en kupong direkt, att visa i kassan.',
    manual: 'Butiken gör den klar åt dig. Här ser du när det är gjort.',
    confirm: (points) => `Lös in för ${points} poäng`,
    sending: 'Ett ögonblick …',
    again: 'Försök igen',
    never: 'Inte nu',
    unanswered: 'Det kom inget svar. Försök lugnt igen: den löses in och betalas en gång, hur ofta du än frågar.',
    refused: 'Det gick inte',
    terms: 'Villkor',
  },
  vouchers: {
    title: 'Dina kuponger',
    status: {
      ISSUED: 'Att använda',
      PENDING: 'Görs i ordning',
      FULFILLED: 'Använd',
      CANCELLED: 'Avbokad',
      EXPIRED: 'Utgången',
    },
    usableUntil: (day) => `Använd den senast ${day}`,
    forEver: 'Ingen sista dag',
    show: 'Visa',
    open: (name) => `Visa kupongen ${name}`,
    counter: 'Visa den här i kassan.',
    waiting: 'Butiken gör den i ordning. Visa den här när du hämtar.',
    qr: (code) => `QR-kod för kupongen ${code}`,
    used: (day) => `Använd ${day}`,
    cancelled: (day) => `Avbokad ${day}, poängen är tillbaka`,
    expired: (day) => `Gick ut ${day}`,
    redeemed: (day, points) => `Inlöst ${day} för ${points} poäng`,
    earlier: (count) => `Tidigare kuponger (${count})`,
    enjoy: 'Använd. Väl bekomme!',
    close: 'Stäng',
    cancel: {
      offer: 'Avboka kupongen',
      sure: (points) => `Du får tillbaka dina ${points} poäng, och kupongen slutar gälla.`,
      yes: 'Avboka',
      no: 'Behåll den',
    },
  },
  card: {
    title: 'Ditt kort',
    number: 'Medlemsnummer',
    hint: 'Visa det i kassan, så räknas det du gör där.',
    qr: 'QR-kod för ditt medlemsnummer',
    none: 'Ingen nivå än',
  },
};

function whyNot({ code, missing, tier, perMember, when }: WhyNot): string {
  switch (code) {
    case 'INSUFFICIENT_POINTS':
      return missing === null ? 'Du har för få poäng.' : `Du saknar ${missing} poäng.`;
    case 'OUT_OF_STOCK':
      return 'Det finns inga kvar.';
    case 'LIMIT_REACHED':
      return perMember === null || perMember === 1
        ? 'Du har fått din: en per medlem.'
        : `Du har fått dina: ${perMember} per medlem.`;
    case 'TIER_REQUIRED':
      return tier === null ? 'För medlemmar på en högre nivå.' : `För medlemmar från nivån ${tier}.`;
    case 'NOT_ELIGIBLE':
      return 'Erbjuds dig inte just nu.';
    case 'NOT_STARTED':
      return when === null ? 'Den har inte börjat än.' : `Börjar ${when}.`;
    case 'ENDED':
      return 'Den är slut.';
    case 'NOT_FOUND':
      return 'Den finns inte längre.';
    case 'MEMBER_NOT_ACTIVE':
      return 'Ditt medlemskap vilar. Fråga klubben.';
    case 'CONFLICT':
      return 'Den är redan använd.';
    case 'ALREADY_REVERSED':
      return 'Den är redan avbokad, och poängen är tillbaka.';
    default:
      return 'Det gick inte den här gången. Försök igen, eller fråga klubben.';
  }
}
