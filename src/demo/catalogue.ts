/** The interests a member may have, and the parts of the range they buy from. */
export const interests = [
  'vandring',
  'paddling',
  'längdskidor',
  'alpint',
  'klättring',
  'löpning',
  'fiske',
  'cykling',
  'vinterliv',
] as const;

export type Interest = (typeof interests)[number];

/** How likely each interest is, in the order of `interests`. */
export const interestWeights: readonly number[] = [30, 12, 16, 8, 8, 12, 6, 8, 10];

export interface Product {
  sku: string;
  name: string;
  /** What receipts and conditions see as the item's category, in English. */
  category: string;
  /** In whole kronor, as Swedish shops mark their prices. */
  priceSek: number;
}

/** One shelf: what an interest buys, and how much of the year's trade falls on each month, January first. */
export interface Shelf {
  interest: Interest;
  months: readonly number[];
  products: readonly Product[];
}

const SNOW = [10, 8, 5, 2, 1, 0.5, 0.5, 1, 3, 7, 11, 14];
const SUMMER = [1, 1, 2, 5, 10, 12, 12, 9, 5, 2, 1, 2];
const HIKING = [2, 2, 3, 5, 8, 10, 11, 10, 7, 4, 3, 5];
const ALWAYS = [5, 4, 6, 8, 8, 7, 6, 7, 7, 6, 5, 6];

type Line = readonly [name: string, category: string, priceSek: number];

function shelf(interest: Interest, prefix: string, months: readonly number[], lines: readonly Line[]): Shelf {
  const products = lines.map(([name, category, priceSek], index) => ({
    sku: `${prefix}-${String(index + 1).padStart(3, '0')}`,
    name,
    category,
    priceSek,
  }));
  return { interest, months, products };
}

/** The whole range: 64 products on nine shelves, in the order of `interests`. */
export const shelves: readonly Shelf[] = [
  shelf('vandring', 'VAN', HIKING, [
    ['Sarek 55 backpack', 'backpacks', 2299],
    ['Padjelanta 38 backpack', 'backpacks', 1699],
    ['Abisko hiking boot', 'footwear', 2195],
    ['Kebnekaise mountain boot', 'footwear', 2995],
    ['Helags shell jacket', 'clothing', 3499],
    ['Helags shell trousers', 'clothing', 2499],
    ['Merino base layer', 'clothing', 749],
    ['Wool hiking socks', 'clothing', 189],
    ['Two-person fell tent', 'camping', 5495],
    ['Three-season sleeping bag', 'camping', 1995],
    ['Insulated sleeping mat', 'camping', 1295],
    ['Storm stove', 'camping', 1149],
    ['Trail meal, reindeer stew', 'food', 109],
    ['Trail meal, chanterelle pasta', 'food', 99],
    ['Mountain map 1:50,000', 'navigation', 189],
  ]),
  shelf('paddling', 'PAD', SUMMER, [
    ['Touring kayak 500', 'boats', 14995],
    ['Packraft 1.8', 'boats', 7995],
    ['Carbon paddle', 'paddling', 2495],
    ['Paddling vest', 'paddling', 1195],
    ['Dry bag 20 l', 'paddling', 279],
    ['Spray deck', 'paddling', 899],
    ['Neoprene shoes', 'footwear', 499],
  ]),
  shelf('längdskidor', 'LGD', SNOW, [
    ['Classic race ski', 'skis', 3995],
    ['Skin ski', 'skis', 3295],
    ['Skate ski', 'skis', 4295],
    ['Cross-country boot', 'footwear', 2195],
    ['Carbon ski poles', 'ski accessories', 1495],
    ['Glide wax set', 'ski accessories', 449],
    ['Grip wax, blue extra', 'ski accessories', 129],
    ['Ski training tights', 'clothing', 899],
  ]),
  shelf('alpint', 'ALP', SNOW, [
    ['All-mountain ski', 'skis', 5995],
    ['Touring binding', 'ski accessories', 4495],
    ['Alpine boot', 'footwear', 4495],
    ['Ski helmet', 'protection', 1495],
    ['Goggles', 'protection', 1195],
    ['Avalanche set', 'protection', 3995],
    ['Insulated gloves', 'clothing', 899],
  ]),
  shelf('klättring', 'KLA', ALWAYS, [
    ['Climbing shoe', 'footwear', 1495],
    ['Harness', 'climbing', 799],
    ['Rope 60 m', 'climbing', 1995],
    ['Quickdraw set', 'climbing', 1195],
    ['Chalk bag', 'climbing', 249],
    ['Climbing helmet', 'protection', 749],
  ]),
  shelf('löpning', 'LOP', ALWAYS, [
    ['Trail running shoe', 'footwear', 1695],
    ['Running vest 8 l', 'backpacks', 1295],
    ['Wind jacket', 'clothing', 999],
    ['Running headlamp', 'lights', 899],
    ['Energy gel box', 'food', 299],
    ['Soft flask', 'food', 179],
  ]),
  shelf('fiske', 'FIS', SUMMER, [
    ['Fly rod, class 5', 'fishing', 2495],
    ['Spinning reel', 'fishing', 1195],
    ['Waders', 'fishing', 2995],
    ['Lure set', 'fishing', 349],
    ['Fillet knife', 'tools', 399],
  ]),
  shelf('cykling', 'CYK', SUMMER, [
    ['Bikepacking bag', 'cycling', 1295],
    ['Gravel helmet', 'protection', 1095],
    ['Cycling gloves', 'clothing', 349],
    ['Multi-tool', 'tools', 399],
  ]),
  shelf('vinterliv', 'VIN', SNOW, [
    ['Down jacket', 'clothing', 3295],
    ['Snowshoes', 'winter', 2295],
    ['Tour skates', 'winter', 2195],
    ['Ice prods', 'protection', 189],
    ['Pulk sledge', 'winter', 3995],
    ['Thermos 1 l', 'food', 449],
  ]),
];
