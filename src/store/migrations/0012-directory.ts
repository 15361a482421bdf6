import type { Migration } from './migration.ts';

/** What vendors' directories say of accounts. */
export const directory: Migration = {
  name: '0012-directory',
  steps: ({ schema, sql }) => [
    schema
      .createTable('directory')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('account', 'text', (col) => col.notNull())
      .addColumn('attribute', 'text', (col) => col.notNull())
      .addColumn('value', 'text', (col) => col.notNull())
      .addPrimaryKeyConstraint('directory_key', ['channel', 'account', 'attribute']),
    schema.createIndex('directory_value').on('directory').columns(['attribute', 'value']),
    schema.alterTable('accounts').addColumn('checked_at', 'bigint'),
    schema.alterTable('accounts').addColumn('left_at', 'bigint'),
    schema
      .createIndex('accounts_checked')
      .on('accounts')
      .columns(['checked_at'])
      .where(sql<boolean>`checked_at is not null`),
  ],
};
