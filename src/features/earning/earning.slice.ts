import type { Slice } from '../../recording/slice.ts';
import { requiredUsage } from '../../rules/evaluate.ts';
import { loadUsages } from '../progress/usages.ts';

/** How caps and budgets take part in recording: what is used is loaded, counted on with each activity and stored. */
export const earningSlice: Slice = {
  name: 'earning',
  async open(tx, programme, candidates) {
    const keys = candidates.flatMap(({ memberId, activity }) => requiredUsage(programme, memberId, activity));
    const book = await loadUsages(tx, keys);
    return {
      contribute(_memberId, state) {
        state.usage = book.usageOf;
      },
      fold({ evaluation }) {
        book.add(evaluation.usage);
      },
      write: () => book.write(tx),
    };
  },
};
