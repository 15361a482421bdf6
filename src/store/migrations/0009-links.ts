import type { Migration } from './migration.ts';

/** What links accounts: ids that a vendor uses in all its apps, and one-time codes. What a list of sessions shows. */
export const links: Migration = {
  name: '0009-links',
  steps: ({ schema, sql, rising }) => [
    schema.alterTable('accounts').addColumn('everywhere', 'text'),
    schema
      .createIndex('accounts_everywhere')
      .on('accounts')
      .columns(['everywhere'])
      .where(sql<boolean>`everywhere is not null`),

    schema
      .createTable('link_codes')
      .addColumn('hash', 'text', (col) => col.primaryKey())
      .addColumn('person', 'text', (col) => col.notNull())
      .addColumn('lane', 'text', (col) => col.notNull())
      .addColumn('address', 'text', (col) => col.notNull())
      .addColumn('lang', 'text', (col) => col.notNull())
      .addColumn('expires_at', 'bigint', (col) => col.notNull())
      .addColumn('used_by', 'text'),
    schema.createIndex('link_codes_person').on('link_codes').columns(['person']),
    schema.createIndex('link_codes_expires').on('link_codes').columns(['expires_at']),
    schema
      .createTable('link_tries')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('account', 'text', (col) => col.notNull())
      .addColumn('tries', 'integer', (col) => col.notNull())
      .addColumn('since', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('link_tries_key', ['channel', 'account']),

    schema.alterTable('sessions').addColumn('first_turn', rising.reference),
  ],
};
