import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of 10 ms. */
const TICK_MS = 10;

/** Fields of /proc/<pid>/stat, counted from the one after the name: parent, then user and system time, own and reaped children's. */
const PARENT = 1;
const USER = 11;
const SYSTEM = 12;
const CHILDREN_USER = 13;
const CHILDREN_SYSTEM = 14;

/** Processor time one process has used so far, in milliseconds; 0 where there is no /proc. */
export function processCpuMs(pid: number): number {
  const fields = statOf(pid);
  return fields === null ? 0 : (numberAt(fields, USER) + numberAt(fields, SYSTEM)) * TICK_MS;
}

/** Processor time a PostgreSQL server has used so far, all its processes together, those that have ended included. */
export function postgresCpuMs(postmaster: number): number {
  const own = statOf(postmaster);
  if (own === null) return 0;
  let ticks = [USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM].reduce((sum, place) => sum + numberAt(own, place), 0);
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(Number(name));
    if (fields === null || numberAt(fields, PARENT) !== postmaster) continue;
    ticks += numberAt(fields, USER) + numberAt(fields, SYSTEM);
  }
  return ticks * TICK_MS;
}

function statOf(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name stands in parentheses and may hold spaces.
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function numberAt(fields: readonly string[], place: number): number {
  return Number(fields[place] ?? 0);
}
