/** Migrated once per run by global-postgres.ts; cloning it takes tens of milliseconds. */
export const templateDatabase = 'hone_template';
