import { setTimeout as pause } from 'node:timers/promises';
import { onOrder } from '../support/parent.ts';

/** What a server of the live benchmarks is told to do besides answering clients. */
export type LivePeerOrder =
  /** Publishes one change of the board. */
  | { kind: 'board' }
  /** Publishes an award to each of the members from this number on. */
  | { kind: 'awards'; from: number; count: number }
  | { kind: 'memory' };

export interface Memory {
  /** What the operating system counts, in bytes. */
  resident: number;
  /** What is alive on the heap and outside of it, in bytes. */
  held: number;
}

/** Takes orders. Memory is measured after the garbage has been collected, for which Node runs with --expose-gc. */
export function takeLiveOrders(publish: { board?: () => void; award?: (member: number) => void }): void {
  onOrder(async (order: LivePeerOrder): Promise<object> => {
    if (order.kind === 'memory') return memory();
    const startedAt = clockMs();
    if (order.kind === 'board') publish.board?.();
    else for (let place = 0; place < order.count; place += 1) publish.award?.(order.from + place);
    return { startedAt };
  });
}

/** Milliseconds of the machine's monotonic clock, which all processes share. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function memory(): Promise<Memory> {
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await pause(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, held: heapUsed + external };
}
