/** What is stored of an activity type besides its code and version. */
export interface ActivityTypeDefinition {
  name: string;
  description: string | null;
  attributesSchema: Record<string, unknown> | null;
  /** True when members may see it in lists and others may see that somebody was awarded for it. */
  public: boolean;
  /** True when a member's own token may record it. */
  recordableByMembers: boolean;
}

interface BuiltIn {
  code: string;
  name: string;
  description: string;
  /** Not public: a complaint is nobody else's business. */
  private?: true;
  recordableByMembers?: true;
}

/**
 * The activity types every programme starts with. A member's own token may record what only the member can know;
 * whatever moves money, or is counted by Pokal itself (posts, comments, referrals), may not be claimed by a member.
 */
export const BUILT_IN_TYPES: readonly BuiltIn[] = [
  {
    code: 'purchase',
    name: 'Purchase',
    description: 'The member bought something. Carries the value paid and, where known, the items.',
  },
  {
    code: 'review',
    name: 'Review',
    description: 'The member reviewed a product or service.',
    recordableByMembers: true,
  },
  {
    code: 'share',
    name: 'Share',
    description: 'The member shared something of yours with others, for example on a social network.',
    recordableByMembers: true,
  },
  {
    code: 'like',
    name: 'Like',
    description: 'The member liked something of yours.',
    recordableByMembers: true,
  },
  {
    code: 'follow',
    name: 'Follow',
    description: 'The member began to follow one of your channels.',
    recordableByMembers: true,
  },
  {
    code: 'recommend',
    name: 'Recommendation',
    description: 'The member recommended a product or your company to somebody.',
    recordableByMembers: true,
  },
  {
    code: 'survey-answered',
    name: 'Survey answered',
    description: 'The member answered a survey.',
    recordableByMembers: true,
  },
  {
    code: 'event-attended',
    name: 'Event attended',
    description: 'The member came to an event; recorded by whoever checked them in.',
  },
  {
    code: 'self-service-resolved',
    name: 'Resolved by self-service',
    description: 'The member solved a matter without help, in the help centre or an account page.',
  },
  {
    code: 'profile-completed',
    name: 'Profile completed',
    description: 'The member filled in their profile.',
    recordableByMembers: true,
  },
  {
    code: 'post',
    name: 'Post',
    description: 'The member published a post in the community.',
  },
  {
    code: 'comment',
    name: 'Comment',
    description: 'The member commented on a post in the community.',
  },
  {
    code: 'reaction-received',
    name: 'Reaction received',
    description: "Somebody reacted to the member's post or comment.",
  },
  {
    code: 'answer-accepted',
    name: 'Answer accepted',
    description: "The member's comment was accepted as the answer to a question.",
  },
  {
    code: 'referral-qualified',
    name: 'Referral qualified',
    description: 'Somebody the member referred made their first qualifying purchase.',
  },
  {
    code: 'complaint-resolved',
    name: 'Complaint resolved',
    description: 'A complaint of the member was settled, so that goodwill points can be given.',
    private: true,
  },
];

/** The codes of the built-in types. */
export const BUILT_IN_CODES: ReadonlySet<string> = new Set(BUILT_IN_TYPES.map((type) => type.code));

/** A built-in type as it is stored. */
export function definitionOf(type: BuiltIn): ActivityTypeDefinition {
  return {
    name: type.name,
    description: type.description,
    attributesSchema: null,
    public: type.private !== true,
    recordableByMembers: type.recordableByMembers === true,
  };
}
