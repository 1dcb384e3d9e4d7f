/** What a schedule may start. A further kind is one entry here, and one of `scheduledWorkflows` (`domain/contracts/workflows.ts`). */
export const scheduleActions = ['refresh', 'freshness-check'] as const;
export type ScheduleAction = (typeof scheduleActions)[number];

/**
 * What a schedule does when a cycle of its target runs. Temporal's others are not offered: a target has one cycle at a time (`ALLOW_ALL`), and one
 * that is terminated could not give back what it took (`TERMINATE_OTHER`).
 */
export const overlapPolicies = ['skip', 'buffer-one', 'buffer-all', 'cancel-other'] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];
