import type { Migration } from './migration.ts';

export const firstTables: Migration = {
  name: '0001-first-tables',
  steps: ({ schema, sql, rising }) => [
    schema
      .createTable('migrations')
      .addColumn('name', 'text', (col) => col.primaryKey())
      .addColumn('applied_at', 'bigint', (col) => col.notNull()),

    schema
      .createTable('inbox')
      .addColumn('seq', rising.type, rising.key)
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('event_key', 'text', (col) => col.notNull())
      .addColumn('lane', 'text', (col) => col.notNull())
      .addColumn('message', 'text')
      .addColumn('state', 'text', (col) => col.notNull())
      .addColumn('attempts', 'integer', (col) => col.notNull())
      .addColumn('due_at', 'bigint', (col) => col.notNull())
      .addColumn('holder', 'text')
      .addColumn('code', 'text')
      .addColumn('arrived_at', 'bigint', (col) => col.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('body', 'text', (col) => col.notNull()),
    schema.createIndex('inbox_key').unique().on('inbox').columns(['channel', 'event_key']),
    schema
      .createIndex('inbox_message')
      .on('inbox')
      .columns(['channel', 'message'])
      .where(sql<boolean>`message <> event_key`),
    schema.createIndex('inbox_open').on('inbox').columns(['lane', 'seq']).where(sql<boolean>`finished_at is null`),
    schema
      .createIndex('inbox_due')
      .on('inbox')
      .columns(['due_at', 'arrived_at', 'finished_at'])
      .where(sql<boolean>`finished_at is null`),
    schema.createIndex('inbox_held').on('inbox').columns(['lane', 'due_at']).where(sql<boolean>`holder is not null`),
    schema
      .createIndex('inbox_finished')
      .on('inbox')
      .columns(['state', 'finished_at'])
      .where(sql<boolean>`finished_at is not null`),

    schema
      .createTable('outbox')
      .addColumn('seq', rising.type, rising.key)
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('send_key', 'text', (col) => col.notNull())
      .addColumn('lane', 'text', (col) => col.notNull())
      .addColumn('turn', 'text')
      .addColumn('part', 'integer', (col) => col.notNull())
      .addColumn('state', 'text', (col) => col.notNull())
      .addColumn('attempts', 'integer', (col) => col.notNull())
      .addColumn('due_at', 'bigint', (col) => col.notNull())
      .addColumn('holder', 'text')
      .addColumn('doubts', 'integer', (col) => col.notNull())
      .addColumn('framed', 'integer', (col) => col.notNull())
      .addColumn('code', 'text')
      .addColumn('arrived_at', 'bigint', (col) => col.notNull())
      .addColumn('finished_at', 'bigint')
      .addColumn('sent', 'text')
      .addColumn('body', 'text', (col) => col.notNull()),
    schema.createIndex('outbox_key').unique().on('outbox').columns(['channel', 'send_key']),
    schema.createIndex('outbox_open').on('outbox').columns(['lane', 'seq']).where(sql<boolean>`finished_at is null`),
    schema
      .createIndex('outbox_due')
      .on('outbox')
      .columns(['due_at', 'arrived_at', 'finished_at'])
      .where(sql<boolean>`finished_at is null`),
    schema.createIndex('outbox_turn').on('outbox').columns(['turn', 'seq']).where(sql<boolean>`framed = 1`),
    schema.createIndex('outbox_held').on('outbox').columns(['holder']).where(sql<boolean>`holder is not null`),
    schema
      .createIndex('outbox_finished')
      .on('outbox')
      .columns(['state', 'finished_at'])
      .where(sql<boolean>`finished_at is not null`),

    schema
      .createTable('turns')
      .addColumn('seq', rising.reference, (col) => col.primaryKey())
      .addColumn('id', 'text', (col) => col.notNull().unique())
      .addColumn('lane', 'text', (col) => col.notNull())
      .addColumn('state', 'text', (col) => col.notNull())
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('address', 'text', (col) => col.notNull())
      .addColumn('person', 'text', (col) => col.notNull())
      .addColumn('asker', 'text', (col) => col.notNull())
      .addColumn('session', 'text', (col) => col.notNull())
      .addColumn('agent', 'text', (col) => col.notNull())
      .addColumn('lang', 'text', (col) => col.notNull())
      .addColumn('run', 'text')
      .addColumn('sent', 'text')
      .addColumn('message', 'text')
      .addColumn('part', 'integer', (col) => col.notNull())
      .addColumn('started_at', 'bigint', (col) => col.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('rating', 'text', (col) => col.notNull())
      .addColumn('suggested', 'text', (col) => col.notNull()),
    schema.createIndex('turns_running').on('turns').columns(['lane', 'seq']).where(sql<boolean>`ended_at is null`),
    schema.createIndex('turns_ended').on('turns').columns(['lane', 'seq']).where(sql<boolean>`ended_at is not null`),
    schema
      .createIndex('turns_message')
      .on('turns')
      .columns(['channel', 'message'])
      .where(sql<boolean>`message is not null`),
    schema.createIndex('turns_started').on('turns').columns(['started_at', 'seq']),

    schema
      .createTable('ratings')
      .addColumn('turn', 'text', (col) => col.notNull())
      .addColumn('person', 'text', (col) => col.notNull())
      .addColumn('rating', 'text', (col) => col.notNull())
      .addColumn('press', 'bigint', (col) => col.notNull())
      .addColumn('rated_at', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('ratings_key', ['turn', 'person']),

    schema
      .createTable('sessions')
      .addColumn('id', 'text', (col) => col.primaryKey())
      .addColumn('scope', 'text', (col) => col.notNull())
      .addColumn('agent', 'text', (col) => col.notNull())
      .addColumn('user', 'text', (col) => col.notNull())
      .addColumn('conversation', 'text')
      .addColumn('started_at', 'bigint', (col) => col.notNull())
      .addColumn('last_used_at', 'bigint', (col) => col.notNull())
      .addColumn('ended_at', 'bigint'),
    schema
      .createIndex('sessions_running')
      .unique()
      .on('sessions')
      .columns(['scope', 'agent'])
      .where(sql<boolean>`ended_at is null`),

    schema
      .createTable('people')
      .addColumn('id', 'text', (col) => col.primaryKey())
      .addColumn('name', 'text')
      .addColumn('lang', 'text')
      .addColumn('created_at', 'bigint', (col) => col.notNull()),
    schema
      .createTable('accounts')
      .addColumn('channel', 'text', (col) => col.notNull())
      .addColumn('account', 'text', (col) => col.notNull())
      .addColumn('person', 'text', (col) => col.notNull())
      .addColumn('name', 'text')
      .addColumn('ids', 'text', (col) => col.notNull())
      .addColumn('lang', 'text')
      .addColumn('seen_at', 'bigint', (col) => col.notNull())
      .addPrimaryKeyConstraint('accounts_key', ['channel', 'account']),
    schema.createIndex('accounts_person').on('accounts').columns(['person']),
  ],
};
