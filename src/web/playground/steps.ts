import activityTypesAndRules from './operations/activity-types-and-rules.graphql?raw';
import followAChain from './operations/follow-a-chain.graphql?raw';
import followAChainVariables from './operations/follow-a-chain.json?raw';
import lookUpMembers from './operations/look-up-members.graphql?raw';
import lookUpMembersVariables from './operations/look-up-members.json?raw';
import makeAChallenge from './operations/make-a-challenge.graphql?raw';
import makeAChallengeVariables from './operations/make-a-challenge.json?raw';
import makeAReward from './operations/make-a-reward.graphql?raw';
import makeARewardVariables from './operations/make-a-reward.json?raw';
import makeARule from './operations/make-a-rule.graphql?raw';
import makeARuleVariables from './operations/make-a-rule.json?raw';
import previewAReversal from './operations/preview-a-reversal.graphql?raw';
import previewAReversalVariables from './operations/preview-a-reversal.json?raw';
import readTheReceipt from './operations/read-the-receipt.graphql?raw';
import readTheReceiptVariables from './operations/read-the-receipt.json?raw';
import recordIt from './operations/record-it.graphql?raw';
import recordItVariables from './operations/record-it.json?raw';
import redeemIt from './operations/redeem-it.graphql?raw';
import redeemItVariables from './operations/redeem-it.json?raw';
import seeTheLadder from './operations/see-the-ladder.graphql?raw';
import seeTheLadderVariables from './operations/see-the-ladder.json?raw';
import seeTheLedger from './operations/see-the-ledger.graphql?raw';
import seeTheLedgerVariables from './operations/see-the-ledger.json?raw';
import simulateAnActivity from './operations/simulate-an-activity.graphql?raw';
import simulateAnActivityVariables from './operations/simulate-an-activity.json?raw';
import takeItBack from './operations/take-it-back.graphql?raw';
import takeItBackVariables from './operations/take-it-back.json?raw';
import welcome from './operations/welcome.graphql?raw';

/** One ready tab: what it shows a newcomer, and the operation and variables it opens with. */
export interface Step {
  /** The operation's name, which the editor also uses as the tab's title. */
  operationName: string;
  title: string;
  purpose: string;
  /** The least role that gets a full answer. */
  role: 'Member' | 'Staff' | 'Admin';
  query: string;
  variables: string;
}

/** What an administrator does first, in the order in which they build on each other. */
export const STEPS: readonly Step[] = [
  {
    operationName: 'Welcome',
    title: 'See the programme',
    purpose: 'Its name, time zone and currency, and how many points are out there.',
    role: 'Staff',
    query: welcome,
    variables: '',
  },
  {
    operationName: 'ActivityTypesAndRules',
    title: 'Types and rules',
    purpose: 'What members can do, and what it is worth today.',
    role: 'Member',
    query: activityTypesAndRules,
    variables: '',
  },
  {
    operationName: 'MakeARule',
    title: 'Make a rule',
    purpose: '50 points for joining a guided tour, at most twice a day.',
    role: 'Admin',
    query: makeARule,
    variables: makeARuleVariables,
  },
  {
    operationName: 'MakeAChallenge',
    title: 'Make a challenge',
    purpose: 'Two guided tours win 100 points and a badge.',
    role: 'Admin',
    query: makeAChallenge,
    variables: makeAChallengeVariables,
  },
  {
    operationName: 'SimulateAnActivity',
    title: 'Simulate an activity',
    purpose: 'See what it would earn, and why, without writing anything.',
    role: 'Staff',
    query: simulateAnActivity,
    variables: simulateAnActivityVariables,
  },
  {
    operationName: 'RecordIt',
    title: 'Record it',
    purpose: 'The same activity for good. Run it twice: it counts once.',
    role: 'Staff',
    query: recordIt,
    variables: recordItVariables,
  },
  {
    operationName: 'ReadTheReceipt',
    title: 'Read the receipt',
    purpose: 'What the activity did, and the rules that decided it.',
    role: 'Staff',
    query: readTheReceipt,
    variables: readTheReceiptVariables,
  },
  {
    operationName: 'SeeTheLedger',
    title: 'See the ledger',
    purpose: 'Wallet and entries: where every point came from and where it went.',
    role: 'Staff',
    query: seeTheLedger,
    variables: seeTheLedgerVariables,
  },
  {
    operationName: 'SeeTheLadder',
    title: 'See the ladder',
    purpose: 'Tier, steps ahead, challenges and badges of the member.',
    role: 'Staff',
    query: seeTheLadder,
    variables: seeTheLadderVariables,
  },
  {
    operationName: 'MakeAReward',
    title: 'Make a reward',
    purpose: 'Coffee at the club for 40 points.',
    role: 'Admin',
    query: makeAReward,
    variables: makeARewardVariables,
  },
  {
    operationName: 'RedeemIt',
    title: 'Redeem it',
    purpose: 'Points become a voucher. As a member, for yourself.',
    role: 'Member',
    query: redeemIt,
    variables: redeemItVariables,
  },
  {
    operationName: 'PreviewAReversal',
    title: 'Preview a reversal',
    purpose: 'All that taking the recorded activity back would do.',
    role: 'Staff',
    query: previewAReversal,
    variables: previewAReversalVariables,
  },
  {
    operationName: 'TakeItBack',
    title: 'Take it back',
    purpose: 'The refund, for good. What was spent meanwhile is owed.',
    role: 'Staff',
    query: takeItBack,
    variables: takeItBackVariables,
  },
  {
    operationName: 'FollowAChain',
    title: 'Follow a chain',
    purpose: 'Who recommended the club to whom, and what that brought.',
    role: 'Staff',
    query: followAChain,
    variables: followAChainVariables,
  },
  {
    operationName: 'LookUpMembers',
    title: 'Look up members',
    purpose: 'Search by name, e-mail address, member number or your own id.',
    role: 'Staff',
    query: lookUpMembers,
    variables: lookUpMembersVariables,
  },
];

/** Stands in variables for the id of the activity that was recorded last. */
export const RECORDED = '{{recorded}}';

/** The step's variables with every `{{fresh}}` replaced, so that a newly opened tab never reuses an idempotency key. */
export function freshVariables(step: Step): string {
  return step.variables.trim().replaceAll('{{fresh}}', crypto.randomUUID());
}
