/** A member number as it is read out: in two groups. */
export function spacedNumber(number: string): string {
  return number.length === 8 ? `${number.slice(0, 4)} ${number.slice(4)}` : number;
}
