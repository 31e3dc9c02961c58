export { defineFillingJobs } from './filling.jobs.ts';
export { FillingService } from './filling.service.ts';
export { type GoalsReport, verifyGoals } from './verify-goals.ts';
