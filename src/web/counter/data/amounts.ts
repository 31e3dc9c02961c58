/** Whole units of a purchase at a counter have at most so many digits; a scanned number has more. */
const MOST_DIGITS = 7;

/** How many digits an amount of this currency has behind the point. */
export function minorDigits(currencyCode: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency: currencyCode }).resolvedOptions()
      .maximumFractionDigits ?? 2
  );
}

/** What is wrong with an amount that is being typed, or the amount as the API takes it. */
export type Amount = { is: 'EMPTY' } | { is: 'WRONG' } | { is: 'READ'; amount: string };

/** Reads an amount as people type it, with a comma or a point, and with spaces between thousands. */
export function readAmount(typed: string, digitsBehind: number): Amount {
  const text = typed.replace(/\s/g, '').replace(',', '.');
  if (text === '' || text === '.') return { is: 'EMPTY' };
  const [, whole = '', behind = ''] = /^(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  const isAmount = (whole !== '' || behind !== '') && whole.length <= MOST_DIGITS && behind.length <= digitsBehind;
  if (!isAmount) return { is: 'WRONG' };
  const amount = `${whole.replace(/^0+(?=\d)/, '') || '0'}${behind === '' ? '' : `.${behind}`}`;
  return Number(amount) === 0 ? { is: 'EMPTY' } : { is: 'READ', amount };
}

/** The text after a key of the keypad: a digit, the decimal sign, or a step back. What could be no amount is not taken. */
export function pressed(typed: string, key: string, digitsBehind: number): string {
  if (key === 'BACK') return typed.slice(0, -1);
  const next = typed === '0' && /\d/.test(key) ? key : `${typed}${key}`;
  if (/[.,]/.test(key) && (digitsBehind === 0 || /[.,]/.test(typed))) return typed;
  return readAmount(next, digitsBehind).is === 'WRONG' ? typed : next;
}
