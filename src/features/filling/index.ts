export { defineFillingJobs } from './filling.jobs.ts';
export { FillingService } from './filling.service.ts';
