import type { Migration } from './migration.ts';

/** What adapters must still know after a restart. */
export const memos: Migration = {
  name: '0005-memos',
  steps: ({ schema }) => [
    schema
      .createTable('memos')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('name', 'text', (col) => col.notNull())
      .addColumn('body', 'text', (col) => col.notNull())
      .addColumn('keep_until', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('memos_key', ['channel', 'name']),
    schema.createIndex('memos_kept').on('memos').columns(['keep_until']),
  ],
};
