import type { Migration } from './migration.ts';

/** Why a turn is to end though its agent has more to say; noted, for whoever runs it may be dead or elsewhere. */
export const stops: Migration = {
  name: '0007-stops',
  steps: ({ schema }) => [schema.alterTable('turns').addColumn('stop', 'text')],
};
