/** The id of the n-th member that the benchmarks put in, from 1: known without asking, and in the form of a UUIDv7. */
export function memberId(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** The same in SQL, of a numeric expression. */
export function memberIdSql(expression: string): string {
  return `('01900000-0000-7000-8000-' || lpad(to_hex(${expression}), 12, '0'))::uuid`;
}
