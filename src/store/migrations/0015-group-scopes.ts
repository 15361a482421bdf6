import type { Migration } from './migration.ts';

/** Who shares a conversation in the groups whose owners have chosen it. */
export const groupScopes: Migration = {
  name: '0015-group-scopes',
  steps: ({ schema }) => [
    schema
      .createTable('group_scopes')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('chat', 'text', (col) => col.notNull())
      .addColumn('scope', 'text', (col) => col.notNull())
      .addColumn('chosen_at', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('group_scopes_key', ['channel', 'chat']),
  ],
};
