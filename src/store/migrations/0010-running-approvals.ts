import type { Migration } from './migration.ts';

/** Approvals that still run, oldest first: they are read now and then, in case the vendor's event was lost. */
export const runningApprovals: Migration = {
  name: '0010-running-approvals',
  steps: ({ schema, sql }) => [
    schema.createIndex('approvals_running').on('approvals').column('created_at').where(sql<boolean>`state = 'running'`),
  ],
};
