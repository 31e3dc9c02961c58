export {
  FILL_GOAL,
  type Fill,
  type FillGoal,
  readFills,
  startFillIn,
} from './progress.fills.ts';
export { type GoalsBook, loadGoals } from './progress.rows.ts';
export { progressSlice } from './progress.slice.ts';
export { loadUsages, readProgrammeUsages, UsageBook, writeUsages } from './usages.ts';
