import type { Migration } from './migration.ts';

/** That an event's author has taken it back, noted while somebody works on it who has not begun its turn. */
export const recalls: Migration = {
  name: '0018-recalls',
  steps: ({ schema }) => [schema.alterTable('inbox').addColumn('recalled_at', 'bigint')],
};
