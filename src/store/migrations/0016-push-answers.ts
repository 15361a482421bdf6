import type { Migration } from './migration.ts';

/** What people answer to what was pushed to them, and who wants to know it. */
export const pushAnswers: Migration = {
  name: '0016-push-answers',
  steps: ({ schema }) => [
    schema.alterTable('pushes').addColumn('purpose', 'text'),
    schema.alterTable('pushes').addColumn('subject', 'text'),
    schema
      .createTable('push_answers')
      .addColumn('push', 'text', (col) => col.notNull())
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('account', 'text', (col) => col.notNull())
      .addColumn('key', 'text', (col) => col.notNull())
      .addColumn('body', 'text', (col) => col.notNull())
      .addColumn('answered_at', 'bigint', (col) => col.notNull())
      .addColumn('handled', 'integer', (col) => col.notNull())
      .addPrimaryKeyConstraint('push_answers_key', ['push', 'channel', 'account']),
    schema.createIndex('push_answers_account').on('push_answers').columns(['channel', 'account']),
  ],
};
