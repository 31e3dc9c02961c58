import type { Jobs } from '../../platform/jobs.ts';
import { PAY_REFERRAL, type PayReferral } from './referrals.payment.ts';
import type { ReferralsService } from './referrals.service.ts';

/** Makes the job of referrals known: paying the chain above one that has begun to count. */
export function defineReferralJobs(jobs: Jobs, referrals: ReferralsService): void {
  jobs.define<PayReferral>(PAY_REFERRAL, (job) => referrals.pay(job), { owed: true });
}
