const MAX_DIGITS = 30;
/** A JSON number was a binary float on the way: up to 15 significant digits it is still what the client wrote. */
const MAX_FLOAT_DIGITS = 15;
const DECIMAL = /^([+-]?)(\d{1,60})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,2}))?$/;

function shifted(whole: string, fraction: string, exponent: number): [string, string] {
  if (exponent >= 0) {
    const padded = fraction.padEnd(exponent, '0');
    return [whole + padded.slice(0, exponent), padded.slice(exponent)];
  }
  const padded = whole.padStart(-exponent, '0');
  return [padded.slice(0, padded.length + exponent), padded.slice(padded.length + exponent) + fraction];
}

/**
 * The canonical form of exact decimal text: no exponent, no leading or trailing zeros, no `-0` (`+01.50` → `1.5`,
 * `1e3` → `1000`). Gives null when the text is not a decimal or has more than 30 digits.
 */
export function canonicalDecimal(text: string): string | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [wholeDigits, fractionDigits] = shifted(match[2] ?? '', match[3] ?? '', Number(match[4] ?? '0'));
  const whole = wholeDigits.replace(/^0+(?=\d)/, '') || '0';
  const fraction = fractionDigits.replace(/0+$/, '');
  if (whole.length + fraction.length > MAX_DIGITS) return null;
  const magnitude = fraction === '' ? whole : `${whole}.${fraction}`;
  return match[1] === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** The canonical text of a JSON number, or null when it has too many digits for a binary float to have kept them. */
export function decimalOfNumber(value: number): string | null {
  const text = canonicalDecimal(String(value));
  if (text === null) return null;
  const significant = text.replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return significant.length > MAX_FLOAT_DIGITS ? null : text;
}
