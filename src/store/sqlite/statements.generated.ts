// Made by statements.ts out of the queries and migrations in ../; not to be edited by hand.
import type { Statement } from '../compile.ts';
import type { MigrationScript } from '../migrate.ts';

export const STATEMENTS: Readonly<Record<string, Statement>> = {
  "inbox.retry": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"holder\" = ?, \"code\" = ?, \"due_at\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "waiting"
      ],
      [
        null
      ],
      "code",
      "retryAt",
      "seq",
      "holder"
    ]
  },
  "inbox.bury": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"holder\" = ?, \"code\" = ?, \"finished_at\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "dead"
      ],
      [
        null
      ],
      "code",
      "now",
      "seq",
      "holder"
    ]
  },
  "inbox.release": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"holder\" = ?, \"due_at\" = \"arrived_at\", \"attempts\" = \"attempts\" - 1 where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "waiting"
      ],
      [
        null
      ],
      "seq",
      "holder"
    ]
  },
  "inbox.insert": {
    "text": "insert or fail into \"inbox\" (\"channel\", \"event_key\", \"lane\", \"message\", \"state\", \"attempts\", \"due_at\", \"arrived_at\", \"body\") values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (\"channel\", \"event_key\") do nothing returning \"seq\"",
    "slots": [
      "channel",
      "key",
      "lane",
      "message",
      [
        "waiting"
      ],
      [
        0
      ],
      "now",
      "now",
      "body"
    ]
  },
  "inbox.insertTaken": {
    "text": "insert or fail into \"inbox\" (\"channel\", \"event_key\", \"lane\", \"message\", \"state\", \"holder\", \"attempts\", \"due_at\", \"arrived_at\", \"body\") select ? as \"channel\", ? as \"event_key\", ? as \"lane\", ? as \"message\", ? as \"state\", ? as \"holder\", ? as \"attempts\", ? as \"due_at\", ? as \"arrived_at\", ? as \"body\" where not exists (select \"head\".\"seq\" from \"inbox\" as \"head\" where \"head\".\"lane\" = ? and \"head\".\"finished_at\" is null order by \"head\".\"seq\" limit ?) and not exists (select \"o\".\"seq\" from \"outbox\" as \"o\" where \"o\".\"lane\" = ? and \"o\".\"finished_at\" is null) on conflict (\"channel\", \"event_key\") do nothing returning \"seq\"",
    "slots": [
      "channel",
      "key",
      "lane",
      "message",
      [
        "claimed"
      ],
      "holder",
      [
        1
      ],
      "until",
      "now",
      "body",
      "lane",
      [
        1
      ],
      "lane"
    ]
  },
  "inbox.byKey": {
    "text": "select \"seq\" from \"inbox\" where \"channel\" = ? and \"event_key\" = ?",
    "slots": [
      "channel",
      "key"
    ]
  },
  "inbox.claim": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"holder\" = ?, \"due_at\" = ?, \"attempts\" = \"attempts\" + 1 where \"seq\" = (select \"head\".\"seq\" from \"inbox\" as \"head\" where \"head\".\"lane\" = ? and \"head\".\"finished_at\" is null order by \"head\".\"seq\" limit ?) and \"finished_at\" is null and \"due_at\" <= ? and not exists (select \"h\".\"seq\" from \"inbox\" as \"h\" where \"h\".\"lane\" = ? and \"h\".\"holder\" is not null and \"h\".\"due_at\" > ?) and not exists (select \"o\".\"seq\" from \"outbox\" as \"o\" where \"o\".\"lane\" = ? and \"o\".\"finished_at\" is null) returning \"seq\", \"channel\", \"lane\", \"body\", \"arrived_at\", \"attempts\", case when exists (select \"b\".\"seq\" from \"inbox\" as \"b\" where \"b\".\"lane\" = \"inbox\".\"lane\" and \"b\".\"finished_at\" is null and \"b\".\"seq\" > \"inbox\".\"seq\") then 1 else 0 end as \"followed\"",
    "slots": [
      [
        "claimed"
      ],
      "holder",
      "until",
      "lane",
      [
        1
      ],
      "now",
      "lane",
      "now",
      "lane"
    ]
  },
  "inbox.renew": {
    "text": "update or fail \"inbox\" set \"due_at\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      "until",
      "seq",
      "holder"
    ]
  },
  "inbox.renewMessages": {
    "text": "update or fail \"outbox\" set \"due_at\" = ? where \"holder\" = ?",
    "slots": [
      "until",
      "holder"
    ]
  },
  "inbox.finish": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"holder\" = ?, \"finished_at\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "done"
      ],
      [
        null
      ],
      "now",
      "seq",
      "holder"
    ]
  },
  "inbox.messageByKey": {
    "text": "select \"seq\", \"state\" from \"inbox\" where \"channel\" = ? and \"event_key\" = ? and \"message\" = ?",
    "slots": [
      "channel",
      "message",
      "message"
    ]
  },
  "inbox.messageById": {
    "text": "select \"seq\", \"state\" from \"inbox\" where \"channel\" = ? and \"message\" = ? and \"message\" <> \"event_key\" order by \"seq\" desc limit ?",
    "slots": [
      "channel",
      "message",
      [
        1
      ]
    ]
  },
  "inbox.cancel": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"holder\" = ?, \"finished_at\" = ? where \"seq\" = ? and \"finished_at\" is null and (\"state\" = ? or \"due_at\" <= ?) and not exists (select \"turns\".\"id\" from \"turns\" where \"turns\".\"seq\" = ?)",
    "slots": [
      [
        "done"
      ],
      [
        null
      ],
      "now",
      "seq",
      [
        "waiting"
      ],
      "now",
      "seq"
    ]
  },
  "inbox.stopTurn": {
    "text": "update or fail \"turns\" set \"stop\" = coalesce(\"stop\", ?) where \"seq\" = ? and \"ended_at\" is null",
    "slots": [
      [
        "recalled"
      ],
      "seq"
    ]
  },
  "inbox.recall": {
    "text": "update or fail \"inbox\" set \"recalled_at\" = ? where \"seq\" = ? and \"finished_at\" is null",
    "slots": [
      "now",
      "seq"
    ]
  },
  "inbox.hurry": {
    "text": "update or fail \"inbox\" set \"due_at\" = ? where \"seq\" = ? and \"state\" = ? and \"due_at\" > ?",
    "slots": [
      "now",
      "seq",
      [
        "waiting"
      ],
      "now"
    ]
  },
  "inbox.bar": {
    "text": "insert or fail into \"inbox\" (\"channel\", \"event_key\", \"lane\", \"message\", \"state\", \"attempts\", \"due_at\", \"arrived_at\", \"finished_at\", \"body\") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (\"channel\", \"event_key\") do nothing",
    "slots": [
      "channel",
      "message",
      [
        ""
      ],
      "message",
      [
        "done"
      ],
      [
        0
      ],
      "now",
      "now",
      "now",
      [
        "{}"
      ]
    ]
  },
  "inbox.get": {
    "text": "select \"seq\", \"channel\", \"lane\", \"body\", \"arrived_at\", \"attempts\" from \"inbox\" where \"seq\" = ?",
    "slots": [
      "seq"
    ]
  },
  "outbox.retry": {
    "text": "update or fail \"outbox\" set \"state\" = ?, \"holder\" = ?, \"code\" = ?, \"due_at\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "waiting"
      ],
      [
        null
      ],
      "code",
      "retryAt",
      "seq",
      "holder"
    ]
  },
  "outbox.bury": {
    "text": "update or fail \"outbox\" set \"state\" = ?, \"holder\" = ?, \"code\" = ?, \"finished_at\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "dead"
      ],
      [
        null
      ],
      "code",
      "now",
      "seq",
      "holder"
    ]
  },
  "outbox.release": {
    "text": "update or fail \"outbox\" set \"state\" = ?, \"holder\" = ?, \"due_at\" = \"arrived_at\", \"attempts\" = \"attempts\" - 1 where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "waiting"
      ],
      [
        null
      ],
      "seq",
      "holder"
    ]
  },
  "outbox.insert": {
    "text": "insert or fail into \"outbox\" (\"channel\", \"send_key\", \"lane\", \"turn\", \"part\", \"framed\", \"body\", \"sent\", \"state\", \"attempts\", \"due_at\", \"holder\", \"doubts\", \"arrived_at\") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (\"channel\", \"send_key\") do nothing returning \"seq\"",
    "slots": [
      "channel",
      "key",
      "lane",
      "turn",
      "part",
      "framed",
      "body",
      "sent",
      "state",
      "attempts",
      "due",
      "holder",
      [
        0
      ],
      "now"
    ]
  },
  "outbox.byKey": {
    "text": "select \"seq\", \"lane\", \"turn\", \"part\", \"body\", \"sent\", \"attempts\", \"arrived_at\", \"doubts\" from \"outbox\" where \"channel\" = ? and \"send_key\" = ?",
    "slots": [
      "channel",
      "key"
    ]
  },
  "outbox.take": {
    "text": "update or fail \"outbox\" set \"state\" = ?, \"holder\" = ?, \"due_at\" = ?, \"attempts\" = \"attempts\" + 1, \"doubts\" = case when \"state\" = ? then \"doubts\" + 1 else \"doubts\" end where \"channel\" = ? and \"send_key\" = ? and \"finished_at\" is null and (\"state\" = ? or \"due_at\" <= ?) returning \"seq\", \"lane\", \"turn\", \"part\", \"body\", \"sent\", \"attempts\", \"arrived_at\", \"doubts\"",
    "slots": [
      [
        "sending"
      ],
      "holder",
      "until",
      [
        "sending"
      ],
      "channel",
      "key",
      [
        "waiting"
      ],
      "now"
    ]
  },
  "outbox.claim": {
    "text": "update or fail \"outbox\" set \"state\" = ?, \"holder\" = ?, \"due_at\" = ?, \"attempts\" = \"attempts\" + 1, \"doubts\" = case when \"state\" = ? then \"doubts\" + 1 else \"doubts\" end where \"seq\" = (select \"head\".\"seq\" from \"outbox\" as \"head\" where \"head\".\"lane\" = ? and \"head\".\"finished_at\" is null order by \"head\".\"seq\" limit ?) and \"finished_at\" is null and \"due_at\" <= ? and (not exists (select \"h\".\"seq\" from \"inbox\" as \"h\" where \"h\".\"lane\" = ? and \"h\".\"holder\" is not null and \"h\".\"due_at\" > ?) and not exists (select \"s\".\"seq\" from \"outbox\" as \"s\" where \"s\".\"lane\" = ? and \"s\".\"finished_at\" is null and \"s\".\"holder\" is not null and \"s\".\"due_at\" > ?)) returning \"seq\", \"lane\", \"turn\", \"part\", \"body\", \"sent\", \"attempts\", \"arrived_at\", \"doubts\"",
    "slots": [
      [
        "sending"
      ],
      "holder",
      "until",
      [
        "sending"
      ],
      "lane",
      [
        1
      ],
      "now",
      "lane",
      "now",
      "lane",
      "now"
    ]
  },
  "outbox.renew": {
    "text": "update or fail \"outbox\" set \"due_at\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      "until",
      "seq",
      "holder"
    ]
  },
  "outbox.note": {
    "text": "update or fail \"outbox\" set \"sent\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      "sent",
      "seq",
      "holder"
    ]
  },
  "outbox.doubt": {
    "text": "update or fail \"outbox\" set \"doubts\" = \"doubts\" + 1 where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      "seq",
      "holder"
    ]
  },
  "outbox.unsent": {
    "text": "update or fail \"outbox\" set \"doubts\" = \"doubts\" - 1 where \"seq\" = ? and \"finished_at\" is null and \"doubts\" > 0 and (\"holder\" is null or \"holder\" <> ?)",
    "slots": [
      "seq",
      "holder"
    ]
  },
  "outbox.finish": {
    "text": "update or fail \"outbox\" set \"state\" = ?, \"holder\" = ?, \"sent\" = ?, \"finished_at\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "sent"
      ],
      [
        null
      ],
      "sent",
      "now",
      "seq",
      "holder"
    ]
  },
  "outbox.lastFrameOf": {
    "text": "select \"seq\", \"lane\", \"turn\", \"part\", \"body\", \"sent\", \"attempts\", \"arrived_at\", \"doubts\" from \"outbox\" where \"turn\" = ? and \"framed\" = 1 order by \"seq\" desc limit ?",
    "slots": [
      "turn",
      [
        1
      ]
    ]
  },
  "outbox.revise": {
    "text": "update or fail \"outbox\" set \"body\" = ?, \"framed\" = ? where \"seq\" = ?",
    "slots": [
      "body",
      "framed",
      "seq"
    ]
  },
  "turns.bySeq": {
    "text": "select \"id\", \"seq\", \"lane\", \"state\", \"channel\", \"address\", \"person\", \"asker\", \"session\", \"agent\", \"lang\", \"run\", \"sent\", \"part\", \"started_at\", \"rating\", \"suggested\", \"continued_from\", \"stop\" from \"turns\" where \"seq\" = ?",
    "slots": [
      "seq"
    ]
  },
  "turns.byId": {
    "text": "select \"id\", \"seq\", \"lane\", \"state\", \"channel\", \"address\", \"person\", \"asker\", \"session\", \"agent\", \"lang\", \"run\", \"sent\", \"part\", \"started_at\", \"rating\", \"suggested\", \"continued_from\", \"stop\" from \"turns\" where \"id\" = ?",
    "slots": [
      "id"
    ]
  },
  "turns.running": {
    "text": "select \"id\", \"seq\", \"lane\", \"state\", \"channel\", \"address\", \"person\", \"asker\", \"session\", \"agent\", \"lang\", \"run\", \"sent\", \"part\", \"started_at\", \"rating\", \"suggested\", \"continued_from\", \"stop\" from \"turns\" where \"lane\" = ? and \"ended_at\" is null order by \"seq\" desc limit ?",
    "slots": [
      "lane",
      [
        1
      ]
    ]
  },
  "turns.runningOf": {
    "text": "select \"id\", \"seq\", \"lane\", \"state\", \"channel\", \"address\", \"person\", \"asker\", \"session\", \"agent\", \"lang\", \"run\", \"sent\", \"part\", \"started_at\", \"rating\", \"suggested\", \"continued_from\", \"stop\" from \"turns\" where \"session\" in (select \"sessions\".\"id\" from \"sessions\" where \"sessions\".\"scope\" = ?) and \"ended_at\" is null order by \"seq\" desc limit ?",
    "slots": [
      "scope",
      [
        1
      ]
    ]
  },
  "turns.last": {
    "text": "select \"id\", \"seq\", \"lane\", \"state\", \"channel\", \"address\", \"person\", \"asker\", \"session\", \"agent\", \"lang\", \"run\", \"sent\", \"part\", \"started_at\", \"rating\", \"suggested\", \"continued_from\", \"stop\" from \"turns\" where \"lane\" = ? and \"ended_at\" is not null order by \"seq\" desc limit ?",
    "slots": [
      "lane",
      [
        1
      ]
    ]
  },
  "turns.lastOf": {
    "text": "select \"id\", \"seq\", \"lane\", \"state\", \"channel\", \"address\", \"person\", \"asker\", \"session\", \"agent\", \"lang\", \"run\", \"sent\", \"part\", \"started_at\", \"rating\", \"suggested\", \"continued_from\", \"stop\" from \"turns\" where \"lane\" = ? and \"ended_at\" is not null and \"session\" = ? order by \"seq\" desc limit ?",
    "slots": [
      "lane",
      "session",
      "limit"
    ]
  },
  "turns.saveRun": {
    "text": "update or fail \"turns\" set \"run\" = ? where \"id\" = ? and exists (select \"inbox\".\"seq\" from \"inbox\" where \"inbox\".\"seq\" = \"turns\".\"seq\" and \"inbox\".\"holder\" = ?) returning \"session\", (select \"sessions\".\"conversation\" from \"sessions\" where \"sessions\".\"id\" = \"turns\".\"session\") as \"conversation\"",
    "slots": [
      "run",
      "id",
      "holder"
    ]
  },
  "turns.saveSent": {
    "text": "update or fail \"turns\" set \"sent\" = ?, \"message\" = ?, \"part\" = ? where \"id\" = ? and exists (select \"inbox\".\"seq\" from \"inbox\" where \"inbox\".\"seq\" = \"turns\".\"seq\" and \"inbox\".\"holder\" = ?)",
    "slots": [
      "sent",
      "message",
      "part",
      "id",
      "holder"
    ]
  },
  "turns.moveSession": {
    "text": "update or fail \"sessions\" set \"conversation\" = ? where \"id\" = ?",
    "slots": [
      "conversation",
      "session"
    ]
  },
  "turns.end": {
    "text": "update or fail \"turns\" set \"state\" = ?, \"ended_at\" = ?, \"suggested\" = ?, \"run\" = coalesce(?, \"run\") where \"id\" = ? and \"seq\" = ? and \"ended_at\" is null returning \"session\", (select \"sessions\".\"conversation\" from \"sessions\" where \"sessions\".\"id\" = \"turns\".\"session\") as \"conversation\"",
    "slots": [
      "state",
      "now",
      "suggested",
      "run",
      "id",
      "seq"
    ]
  },
  "turns.stop": {
    "text": "update or fail \"turns\" set \"stop\" = coalesce(\"stop\", ?) where \"id\" = ? and \"ended_at\" is null returning \"seq\"",
    "slots": [
      "reason",
      "id"
    ]
  },
  "turns.ofMessage": {
    "text": "select \"id\", \"seq\", \"lane\", \"state\", \"channel\", \"address\", \"person\", \"asker\", \"session\", \"agent\", \"lang\", \"run\", \"sent\", \"part\", \"started_at\", \"rating\", \"suggested\", \"continued_from\", \"stop\" from \"turns\" where \"channel\" = ? and \"message\" = ?",
    "slots": [
      "channel",
      "message"
    ]
  },
  "turns.suggest": {
    "text": "update or fail \"turns\" set \"suggested\" = ? where \"id\" = ?",
    "slots": [
      "suggested",
      "id"
    ]
  },
  "beginTurn.insert": {
    "text": "insert or fail into \"turns\" (\"seq\", \"id\", \"lane\", \"state\", \"channel\", \"address\", \"person\", \"asker\", \"session\", \"agent\", \"lang\", \"part\", \"started_at\", \"rating\", \"suggested\", \"continued_from\") select ? as \"seq\", ? as \"id\", ? as \"lane\", ? as \"state\", ? as \"channel\", ? as \"address\", ? as \"person\", ? as \"asker\", ? as \"session\", ? as \"agent\", ? as \"lang\", ? as \"part\", ? as \"started_at\", ? as \"rating\", ? as \"suggested\", ? as \"continued_from\" where not exists (select \"w\".\"seq\" from \"inbox\" as \"w\" where \"w\".\"waits_for\" = ? and \"w\".\"finished_at\" is null and \"w\".\"seq\" < ? and not exists (select \"turns\".\"seq\" from \"turns\" where \"turns\".\"seq\" = \"w\".\"seq\")) on conflict do nothing",
    "slots": [
      "seq",
      "id",
      "lane",
      [
        "running"
      ],
      "channel",
      "address",
      "person",
      "asker",
      "session",
      "agent",
      "lang",
      [
        0
      ],
      "now",
      [
        "none"
      ],
      [
        "[]"
      ],
      "from",
      "session",
      "seq"
    ]
  },
  "beginTurn.holds": {
    "text": "select \"recalled_at\" from \"inbox\" where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      "seq",
      "holder"
    ]
  },
  "beginTurn.endStale": {
    "text": "update or fail \"turns\" set \"state\" = ?, \"ended_at\" = ? where \"session\" = ? and \"ended_at\" is null and not exists (select \"inbox\".\"seq\" from \"inbox\" where \"inbox\".\"seq\" = \"turns\".\"seq\" and \"inbox\".\"finished_at\" is null)",
    "slots": [
      [
        "failed"
      ],
      "now",
      "session"
    ]
  },
  "beginTurn.rehome": {
    "text": "update or fail \"turns\" set \"session\" = ?, \"person\" = ? where \"seq\" = ?",
    "slots": [
      "session",
      "person",
      "seq"
    ]
  },
  "claims.look": {
    "text": "select count(*) as \"open\", max(case when \"row\".\"due_at\" > ? then \"row\".\"holder\" end) as \"holder\" from (select \"i\".\"holder\", \"i\".\"due_at\" from \"inbox\" as \"i\" where \"i\".\"lane\" = ? and \"i\".\"finished_at\" is null union all select \"o\".\"holder\", \"o\".\"due_at\" from \"outbox\" as \"o\" where \"o\".\"lane\" = ? and \"o\".\"finished_at\" is null) as \"row\"",
    "slots": [
      "now",
      "lane",
      "lane"
    ]
  },
  "claims.lapseEvents": {
    "text": "update or fail \"inbox\" set \"due_at\" = ? where \"lane\" = ? and \"finished_at\" is null and \"holder\" = ?",
    "slots": [
      "now",
      "lane",
      "holder"
    ]
  },
  "claims.lapseMessages": {
    "text": "update or fail \"outbox\" set \"due_at\" = ? where \"lane\" = ? and \"finished_at\" is null and \"holder\" = ?",
    "slots": [
      "now",
      "lane",
      "holder"
    ]
  },
  "waits.wait": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"holder\" = ?, \"due_at\" = ?, \"attempts\" = \"attempts\" - 1, \"waits_for\" = ? where \"seq\" = ? and \"holder\" = ?",
    "slots": [
      [
        "waiting"
      ],
      [
        null
      ],
      "until",
      "session",
      "seq",
      "holder"
    ]
  },
  "waits.wake": {
    "text": "update or fail \"inbox\" set \"due_at\" = ? where \"seq\" = (select \"w\".\"seq\" from \"inbox\" as \"w\" where \"w\".\"waits_for\" = ? and \"w\".\"finished_at\" is null and \"w\".\"holder\" is null and not exists (select \"turns\".\"seq\" from \"turns\" where \"turns\".\"seq\" = \"w\".\"seq\") order by \"w\".\"seq\" limit ?) returning \"lane\"",
    "slots": [
      "now",
      "session",
      [
        1
      ]
    ]
  },
  "ratings.current": {
    "text": "select \"rating\", \"press\" from \"ratings\" where \"turn\" = ? and \"person\" = ?",
    "slots": [
      "turn",
      "person"
    ]
  },
  "ratings.set": {
    "text": "insert or fail into \"ratings\" (\"turn\", \"person\", \"rating\", \"press\", \"rated_at\") values (?, ?, ?, ?, ?) on conflict (\"turn\", \"person\") do update set \"rating\" = ?, \"press\" = ?, \"rated_at\" = ?",
    "slots": [
      "turn",
      "person",
      "rating",
      "press",
      "now",
      "rating",
      "press",
      "now"
    ]
  },
  "ratings.show": {
    "text": "update or fail \"turns\" set \"rating\" = ? where \"id\" = ? and \"person\" = ?",
    "slots": [
      "rating",
      "turn",
      "person"
    ]
  },
  "ratings.turn": {
    "text": "select \"seq\" from \"turns\" where \"id\" = ?",
    "slots": [
      "turn"
    ]
  },
  "sessions.running": {
    "text": "select \"id\", \"user\", \"conversation\", \"name\", \"channel\", \"account\", \"last_used_at\" from \"sessions\" where \"scope\" = ? and \"agent\" = ? and \"ended_at\" is null",
    "slots": [
      "scope",
      "agent"
    ]
  },
  "sessions.runningOfPerson": {
    "text": "select \"sessions\".\"id\", \"sessions\".\"user\", \"sessions\".\"conversation\", \"sessions\".\"name\", \"sessions\".\"channel\", \"sessions\".\"account\", \"sessions\".\"last_used_at\" from \"accounts\" left join \"sessions\" on \"sessions\".\"scope\" = ? and \"sessions\".\"agent\" = ? and \"sessions\".\"ended_at\" is null where \"accounts\".\"channel\" = ? and \"accounts\".\"account\" = ? and \"accounts\".\"person\" = ?",
    "slots": [
      "scope",
      "agent",
      "channel",
      "account",
      "person"
    ]
  },
  "sessions.byId": {
    "text": "select \"id\", \"user\", \"conversation\", \"name\", \"channel\", \"account\", \"last_used_at\", \"scope\" from \"sessions\" where \"id\" = ?",
    "slots": [
      "id"
    ]
  },
  "sessions.use": {
    "text": "update or fail \"sessions\" set \"last_used_at\" = ?, \"channel\" = ?, \"account\" = ? where \"id\" = ? and \"scope\" = ? and \"ended_at\" is null",
    "slots": [
      "now",
      "channel",
      "account",
      "id",
      "scope"
    ]
  },
  "sessions.join": {
    "text": "insert or fail into \"session_accounts\" (\"session\", \"channel\", \"account\") values (?, ?, ?) on conflict do nothing",
    "slots": [
      "session",
      "channel",
      "account"
    ]
  },
  "sessions.end": {
    "text": "update or fail \"sessions\" set \"ended_at\" = ? where \"scope\" = ? and \"agent\" = ? and \"ended_at\" is null",
    "slots": [
      "now",
      "scope",
      "agent"
    ]
  },
  "sessions.insert": {
    "text": "insert or fail into \"sessions\" (\"id\", \"scope\", \"agent\", \"user\", \"channel\", \"account\", \"started_at\", \"last_used_at\", \"ended_at\", \"first_turn\") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "slots": [
      "id",
      "scope",
      "agent",
      "user",
      "channel",
      "account",
      "now",
      "now",
      "end",
      "seq"
    ]
  },
  "rights.roles": {
    "text": "select \"name\", \"body\", \"place\" from \"roles\" order by \"place\"",
    "slots": []
  },
  "rights.grants": {
    "text": "select \"role\", \"target\", \"person\", \"from_at\" as \"from\", \"until_at\" as \"until\" from \"grants\" order by \"place\", \"key\"",
    "slots": []
  },
  "rights.dropRoles": {
    "text": "delete from \"roles\"",
    "slots": []
  },
  "rights.dropGrants": {
    "text": "delete from \"grants\"",
    "slots": []
  },
  "rights.dropGrant": {
    "text": "delete from \"grants\" where \"key\" = ?",
    "slots": [
      "key"
    ]
  },
  "rights.addRole": {
    "text": "insert or fail into \"roles\" (\"name\", \"place\", \"body\") values (?, ?, ?)",
    "slots": [
      "name",
      "place",
      "body"
    ]
  },
  "rights.changeRole": {
    "text": "update or fail \"roles\" set \"body\" = ? where \"name\" = ?",
    "slots": [
      "body",
      "name"
    ]
  },
  "rights.addGrant": {
    "text": "insert or fail into \"grants\" (\"key\", \"place\", \"role\", \"target\", \"person\", \"from_at\", \"until_at\", \"actor\", \"granted_at\") values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (\"key\") do nothing",
    "slots": [
      "key",
      "place",
      "role",
      "target",
      "person",
      "from",
      "until",
      "actor",
      "now"
    ]
  },
  "rights.insertDecision": {
    "text": "insert or fail into \"decisions\" (\"at\", \"person\", \"channel\", \"asked_right\", \"allowed\", \"why\") values (?, ?, ?, ?, ?, ?)",
    "slots": [
      "at",
      "person",
      "channel",
      "right",
      "allowed",
      "why"
    ]
  },
  "rights.decisions": {
    "text": "select \"at\", \"person\", \"channel\", \"asked_right\" as \"right\", \"allowed\", \"why\" from \"decisions\" order by \"at\" desc, \"seq\" desc limit ?",
    "slots": [
      "limit"
    ]
  },
  "rights.decisionsOf": {
    "text": "select \"at\", \"person\", \"channel\", \"asked_right\" as \"right\", \"allowed\", \"why\" from \"decisions\" where \"person\" = ? order by \"seq\" desc limit ?",
    "slots": [
      "person",
      "limit"
    ]
  },
  "rights.purgeDecisions": {
    "text": "delete from \"decisions\" where \"seq\" in (select \"old\".\"seq\" from \"decisions\" as \"old\" where \"old\".\"at\" < ? order by \"old\".\"at\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "rightsRevision.read": {
    "text": "select \"revision\" from \"rights_state\" where \"name\" = ?",
    "slots": [
      "name"
    ]
  },
  "rightsRevision.touch": {
    "text": "insert or fail into \"rights_state\" (\"name\", \"revision\") values (?, ?) on conflict (\"name\") do update set \"revision\" = \"rights_state\".\"revision\" + 1",
    "slots": [
      "name",
      [
        1
      ]
    ]
  },
  "usage.read": {
    "text": "select \"owner\", \"period\", \"messages\", \"tokens\", \"warned\" from \"usage\" where \"owner\" = ? and \"period\" = ?",
    "slots": [
      "owner",
      "period"
    ]
  },
  "usage.ofOwner": {
    "text": "select \"owner\", \"period\", \"messages\", \"tokens\" from \"usage\" where \"owner\" = ? order by \"period\"",
    "slots": [
      "owner"
    ]
  },
  "usage.count": {
    "text": "insert or fail into \"usage\" (\"owner\", \"period\", \"messages\", \"tokens\", \"warned\", \"used_at\") values (?, ?, ?, ?, ?, ?) on conflict (\"owner\", \"period\") do update set \"messages\" = \"usage\".\"messages\" + 1, \"used_at\" = ?",
    "slots": [
      "owner",
      "period",
      [
        1
      ],
      [
        0
      ],
      [
        0
      ],
      "now",
      "now"
    ]
  },
  "usage.spend": {
    "text": "update or fail \"usage\" set \"tokens\" = \"tokens\" + ? where \"owner\" = ? and \"period\" = ?",
    "slots": [
      "tokens",
      "owner",
      "period"
    ]
  },
  "usage.warn": {
    "text": "update or fail \"usage\" set \"warned\" = ? where \"owner\" = ? and \"period\" = ?",
    "slots": [
      [
        1
      ],
      "owner",
      "period"
    ]
  },
  "usage.turn": {
    "text": "select \"counters\", \"tokens\" from \"usage_turns\" where \"turn\" = ?",
    "slots": [
      "turn"
    ]
  },
  "usage.addTurn": {
    "text": "insert or fail into \"usage_turns\" (\"turn\", \"person\", \"counters\", \"tokens\", \"at\") values (?, ?, ?, ?, ?)",
    "slots": [
      "turn",
      "person",
      "counters",
      [
        null
      ],
      "now"
    ]
  },
  "usage.closeTurn": {
    "text": "update or fail \"usage_turns\" set \"tokens\" = ? where \"turn\" = ? and \"tokens\" is null",
    "slots": [
      "tokens",
      "turn"
    ]
  },
  "usage.join": {
    "text": "insert or fail into \"usage\" (\"owner\", \"period\", \"messages\", \"tokens\", \"warned\", \"used_at\") values (?, ?, ?, ?, ?, ?) on conflict (\"owner\", \"period\") do update set \"messages\" = \"usage\".\"messages\" + ?, \"tokens\" = \"usage\".\"tokens\" + ?",
    "slots": [
      "owner",
      "period",
      "messages",
      "tokens",
      [
        0
      ],
      "now",
      "messages",
      "tokens"
    ]
  },
  "usage.drop": {
    "text": "delete from \"usage\" where \"owner\" = ?",
    "slots": [
      "owner"
    ]
  },
  "usage.purge": {
    "text": "delete from \"usage\" where \"used_at\" < ?",
    "slots": [
      "before"
    ]
  },
  "usage.purgeTurns": {
    "text": "delete from \"usage_turns\" where \"turn\" in (select \"old\".\"turn\" from \"usage_turns\" as \"old\" where \"old\".\"at\" < ? order by \"old\".\"at\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "accessRequests.open": {
    "text": "select \"id\", \"person\", \"role\", \"state\", \"lane\", \"address\", \"lang\", \"asked_at\", \"decided_at\" from \"access_requests\" where \"person\" = ? and \"role\" = ? and \"state\" = ?",
    "slots": [
      "person",
      "role",
      [
        "asked"
      ]
    ]
  },
  "accessRequests.get": {
    "text": "select \"id\", \"person\", \"role\", \"state\", \"lane\", \"address\", \"lang\", \"asked_at\", \"decided_at\" from \"access_requests\" where \"id\" = ?",
    "slots": [
      "id"
    ]
  },
  "accessRequests.insert": {
    "text": "insert or fail into \"access_requests\" (\"id\", \"person\", \"role\", \"state\", \"lane\", \"address\", \"lang\", \"asked_at\") values (?, ?, ?, ?, ?, ?, ?, ?)",
    "slots": [
      "id",
      "person",
      "role",
      [
        "asked"
      ],
      "lane",
      "address",
      "lang",
      "now"
    ]
  },
  "accessRequests.decide": {
    "text": "update or fail \"access_requests\" set \"state\" = ?, \"decided_at\" = ?, \"decided_by\" = ? where \"id\" = ? and \"state\" = ?",
    "slots": [
      "state",
      "now",
      "by",
      "id",
      "before"
    ]
  },
  "accessRequests.purge": {
    "text": "delete from \"access_requests\" where \"id\" in (select \"old\".\"id\" from \"access_requests\" as \"old\" where \"old\".\"decided_at\" < ? order by \"old\".\"decided_at\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "agentChoices.read": {
    "text": "select \"agent\" from \"agent_choices\" where \"scope\" = ? and \"channel\" = ?",
    "slots": [
      "scope",
      "channel"
    ]
  },
  "agentChoices.write": {
    "text": "insert or fail into \"agent_choices\" (\"scope\", \"channel\", \"agent\", \"chosen_at\") values (?, ?, ?, ?) on conflict (\"scope\", \"channel\") do update set \"agent\" = ?, \"chosen_at\" = ?",
    "slots": [
      "scope",
      "channel",
      "agent",
      "now",
      "agent",
      "now"
    ]
  },
  "agentChoices.ofScope": {
    "text": "select \"channel\", \"agent\", \"chosen_at\" from \"agent_choices\" where \"scope\" = ?",
    "slots": [
      "scope"
    ]
  },
  "agentChoices.dropScope": {
    "text": "delete from \"agent_choices\" where \"scope\" = ?",
    "slots": [
      "scope"
    ]
  },
  "agentChoices.drop": {
    "text": "delete from \"agent_choices\" where \"scope\" = ? and \"channel\" = ?",
    "slots": [
      "scope",
      "channel"
    ]
  },
  "groupScopes.all": {
    "text": "select \"channel\", \"chat\", \"scope\" from \"group_scopes\"",
    "slots": []
  },
  "groupScopes.write": {
    "text": "insert or fail into \"group_scopes\" (\"channel\", \"chat\", \"scope\", \"chosen_at\") values (?, ?, ?, ?) on conflict (\"channel\", \"chat\") do update set \"scope\" = ?, \"chosen_at\" = ?",
    "slots": [
      "channel",
      "chat",
      "scope",
      "now",
      "scope",
      "now"
    ]
  },
  "groupScopes.drop": {
    "text": "delete from \"group_scopes\" where \"channel\" = ? and \"chat\" = ?",
    "slots": [
      "channel",
      "chat"
    ]
  },
  "people.find": {
    "text": "select \"people\".\"id\", \"people\".\"name\" as \"personName\", \"people\".\"lang\" as \"chosen\", \"accounts\".\"name\", \"accounts\".\"ids\", \"accounts\".\"lang\", \"accounts\".\"everywhere\", \"accounts\".\"apart_since\", \"accounts\".\"left_at\", \"people\".\"left_at\" as \"leftEverywhere\" from \"accounts\" inner join \"people\" on \"people\".\"id\" = \"accounts\".\"person\" where \"accounts\".\"channel\" = ? and \"accounts\".\"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "people.insertAccount": {
    "text": "insert or fail into \"accounts\" (\"channel\", \"account\", \"person\", \"name\", \"ids\", \"lang\", \"everywhere\", \"seen_at\") values (?, ?, ?, ?, ?, ?, ?, ?)",
    "slots": [
      "channel",
      "account",
      "person",
      "name",
      "ids",
      "lang",
      "everywhere",
      "now"
    ]
  },
  "people.updateAccount": {
    "text": "update or fail \"accounts\" set \"name\" = ?, \"ids\" = ?, \"lang\" = ?, \"everywhere\" = ?, \"seen_at\" = ? where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "name",
      "ids",
      "lang",
      "everywhere",
      "now",
      "channel",
      "account"
    ]
  },
  "people.elsewhere": {
    "text": "select \"people\".\"id\", \"people\".\"name\", \"people\".\"lang\", \"people\".\"left_at\" from \"accounts\" inner join \"people\" on \"people\".\"id\" = \"accounts\".\"person\" where \"accounts\".\"everywhere\" = ? and \"accounts\".\"apart_since\" is null and (\"accounts\".\"channel\" <> ? or \"accounts\".\"account\" <> ?) limit ?",
    "slots": [
      "everywhere",
      "channel",
      "account",
      [
        1
      ]
    ]
  },
  "people.rename": {
    "text": "update or fail \"people\" set \"name\" = ? where \"id\" = ?",
    "slots": [
      "name",
      "id"
    ]
  },
  "people.setLang": {
    "text": "update or fail \"people\" set \"lang\" = ? where \"id\" = ?",
    "slots": [
      "lang",
      "id"
    ]
  },
  "newPerson.insert": {
    "text": "insert or fail into \"people\" (\"id\", \"name\", \"created_at\") values (?, ?, ?)",
    "slots": [
      "id",
      "name",
      "now"
    ]
  },
  "merges.person": {
    "text": "select \"id\", \"name\", \"lang\", \"created_at\", \"merged_into\" from \"people\" where \"id\" = ?",
    "slots": [
      "id"
    ]
  },
  "merges.absorb": {
    "text": "update or fail \"people\" set \"merged_into\" = ? where \"id\" = ?",
    "slots": [
      "into",
      "id"
    ]
  },
  "merges.describe": {
    "text": "update or fail \"people\" set \"name\" = ?, \"lang\" = ? where \"id\" = ?",
    "slots": [
      "name",
      "lang",
      "id"
    ]
  },
  "merges.absorbed": {
    "text": "select \"id\" from \"people\" where \"merged_into\" = ?",
    "slots": [
      "id"
    ]
  },
  "merges.accounts": {
    "text": "select \"channel\", \"account\", \"name\", \"seen_at\" from \"accounts\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "merges.account": {
    "text": "select \"person\", \"name\" from \"accounts\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "merges.moveAccount": {
    "text": "update or fail \"accounts\" set \"person\" = ?, \"apart_since\" = ? where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "person",
      "apart",
      "channel",
      "account"
    ]
  },
  "merges.sessions": {
    "text": "select \"id\", \"agent\", \"last_used_at\", \"ended_at\" from \"sessions\" where \"scope\" = ?",
    "slots": [
      "scope"
    ]
  },
  "merges.speakers": {
    "text": "select \"channel\", \"account\" from \"session_accounts\" where \"session\" = ?",
    "slots": [
      "session"
    ]
  },
  "merges.moveSession": {
    "text": "update or fail \"sessions\" set \"scope\" = ?, \"ended_at\" = coalesce(\"ended_at\", ?) where \"id\" = ?",
    "slots": [
      "scope",
      "end",
      "id"
    ]
  },
  "merges.endSession": {
    "text": "update or fail \"sessions\" set \"ended_at\" = ? where \"id\" = ?",
    "slots": [
      "now",
      "id"
    ]
  },
  "merges.reopenSession": {
    "text": "update or fail \"sessions\" set \"ended_at\" = ? where \"id\" = ?",
    "slots": [
      [
        null
      ],
      "id"
    ]
  },
  "merges.insert": {
    "text": "insert or fail into \"merges\" (\"id\", \"kept\", \"absorbed\", \"reason\", \"actor\", \"merged_at\", \"accounts\", \"ended\") values (?, ?, ?, ?, ?, ?, ?, ?)",
    "slots": [
      "id",
      "kept",
      "absorbed",
      "reason",
      "actor",
      "now",
      "accounts",
      "ended"
    ]
  },
  "merges.list": {
    "text": "select \"id\", \"name\", \"lang\", \"created_at\" from \"people\" where \"id\" > ? and \"merged_into\" is null order by \"id\" limit ?",
    "slots": [
      "after",
      "limit"
    ]
  },
  "merges.byId": {
    "text": "select \"id\", \"kept\", \"absorbed\", \"reason\", \"actor\", \"merged_at\", \"undone_at\", \"accounts\", \"ended\" from \"merges\" where \"id\" = ?",
    "slots": [
      "id"
    ]
  },
  "merges.undone": {
    "text": "update or fail \"merges\" set \"undone_at\" = ? where \"id\" = ? and \"undone_at\" is null",
    "slots": [
      "now",
      "id"
    ]
  },
  "merges.keptBy": {
    "text": "select \"id\", \"kept\", \"absorbed\", \"reason\", \"actor\", \"merged_at\", \"undone_at\" from \"merges\" where \"kept\" = ?",
    "slots": [
      "person"
    ]
  },
  "merges.absorbedFrom": {
    "text": "select \"id\", \"kept\", \"absorbed\", \"reason\", \"actor\", \"merged_at\", \"undone_at\" from \"merges\" where \"absorbed\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.people": {
    "text": "select * from \"people\" where \"id\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.erasePeople": {
    "text": "delete from \"people\" where \"id\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.accounts": {
    "text": "select * from \"accounts\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseAccounts": {
    "text": "delete from \"accounts\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.sessions": {
    "text": "select * from \"sessions\" where (\"scope\" = ? or \"user\" = ?)",
    "slots": [
      "scope",
      "person"
    ]
  },
  "personal.eraseSessions": {
    "text": "delete from \"sessions\" where (\"scope\" = ? or \"user\" = ?)",
    "slots": [
      "scope",
      "person"
    ]
  },
  "personal.grants": {
    "text": "select * from \"grants\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseGrants": {
    "text": "delete from \"grants\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.decisions": {
    "text": "select * from \"decisions\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseDecisions": {
    "text": "delete from \"decisions\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.usage": {
    "text": "select * from \"usage\" where \"owner\" = ?",
    "slots": [
      "owner"
    ]
  },
  "personal.eraseUsage": {
    "text": "delete from \"usage\" where \"owner\" = ?",
    "slots": [
      "owner"
    ]
  },
  "personal.usageTurns": {
    "text": "select * from \"usage_turns\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseUsageTurns": {
    "text": "delete from \"usage_turns\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.accessRequests": {
    "text": "select * from \"access_requests\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseAccessRequests": {
    "text": "delete from \"access_requests\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.agentChoices": {
    "text": "select * from \"agent_choices\" where \"scope\" = ?",
    "slots": [
      "scope"
    ]
  },
  "personal.eraseAgentChoices": {
    "text": "delete from \"agent_choices\" where \"scope\" = ?",
    "slots": [
      "scope"
    ]
  },
  "personal.sessionAccounts": {
    "text": "select * from \"session_accounts\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.eraseSessionAccounts": {
    "text": "delete from \"session_accounts\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.turns": {
    "text": "select * from \"turns\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseTurns": {
    "text": "delete from \"turns\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.ratings": {
    "text": "select * from \"ratings\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseRatings": {
    "text": "delete from \"ratings\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.merges": {
    "text": "select * from \"merges\" where (\"kept\" = ? or \"absorbed\" = ?)",
    "slots": [
      "person",
      "person"
    ]
  },
  "personal.eraseMerges": {
    "text": "delete from \"merges\" where (\"kept\" = ? or \"absorbed\" = ?)",
    "slots": [
      "person",
      "person"
    ]
  },
  "personal.linkCodes": {
    "text": "select * from \"link_codes\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseLinkCodes": {
    "text": "delete from \"link_codes\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.linkTries": {
    "text": "select * from \"link_tries\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.eraseLinkTries": {
    "text": "delete from \"link_tries\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.audit": {
    "text": "select * from \"audit\" where \"subject\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.eraseAudit": {
    "text": "delete from \"audit\" where \"subject\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.approvals": {
    "text": "select * from \"approvals\" where \"channel\" = ? and \"asker\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.eraseApprovals": {
    "text": "delete from \"approvals\" where \"channel\" = ? and \"asker\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.memos": {
    "text": "select * from \"memos\" where \"channel\" = ? and \"name\" = ?",
    "slots": [
      "channel",
      "memo"
    ]
  },
  "personal.eraseMemos": {
    "text": "delete from \"memos\" where \"channel\" = ? and \"name\" = ?",
    "slots": [
      "channel",
      "memo"
    ]
  },
  "personal.pushParts": {
    "text": "select * from \"push_parts\" where \"channel\" = ? and \"receiver\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.pushAnswers": {
    "text": "select * from \"push_answers\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.erasePushAnswers": {
    "text": "delete from \"push_answers\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.erasePushParts": {
    "text": "delete from \"push_parts\" where \"channel\" = ? and \"receiver\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.placeholders": {
    "text": "select * from \"placeholders\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.erasePlaceholders": {
    "text": "delete from \"placeholders\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "personal.inbox": {
    "text": "select * from \"inbox\" where \"seq\" = ?",
    "slots": [
      "seq"
    ]
  },
  "personal.eraseInbox": {
    "text": "delete from \"inbox\" where \"seq\" = ?",
    "slots": [
      "seq"
    ]
  },
  "personal.outbox": {
    "text": "select * from \"outbox\" where \"seq\" = ?",
    "slots": [
      "seq"
    ]
  },
  "personal.eraseOutbox": {
    "text": "delete from \"outbox\" where \"seq\" = ?",
    "slots": [
      "seq"
    ]
  },
  "personal.directory": {
    "text": "select * from \"directory\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.eraseDirectory": {
    "text": "delete from \"directory\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.memberships": {
    "text": "select * from \"memberships\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.eraseMemberships": {
    "text": "delete from \"memberships\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "personal.inboxPage": {
    "text": "select \"seq\", \"channel\", \"lane\", \"body\" from \"inbox\" where \"seq\" > ? order by \"seq\" limit ?",
    "slots": [
      "after",
      "limit"
    ]
  },
  "personal.outboxPage": {
    "text": "select \"seq\", \"channel\", \"lane\", \"turn\", \"body\" from \"outbox\" where \"seq\" > ? order by \"seq\" limit ?",
    "slots": [
      "after",
      "limit"
    ]
  },
  "directory.forget": {
    "text": "delete from \"directory\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "directory.add": {
    "text": "insert or fail into \"directory\" (\"channel\", \"account\", \"attribute\", \"value\") values (?, ?, ?, ?) on conflict (\"channel\", \"account\", \"attribute\") do update set \"value\" = ?",
    "slots": [
      "channel",
      "account",
      "attribute",
      "value",
      "value"
    ]
  },
  "directory.of": {
    "text": "select \"attribute\", \"value\" from \"directory\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "directory.having": {
    "text": "select \"accounts\".\"person\" from \"directory\" inner join \"accounts\" on \"accounts\".\"channel\" = \"directory\".\"channel\" and \"accounts\".\"account\" = \"directory\".\"account\" where \"directory\".\"attribute\" = ? and \"directory\".\"value\" = ? and \"accounts\".\"apart_since\" is null and \"accounts\".\"left_at\" is null",
    "slots": [
      "attribute",
      "value"
    ]
  },
  "directory.unseen": {
    "text": "select \"account\", \"ids\" from \"accounts\" where \"channel\" = ? and \"account\" > ? and \"checked_at\" < ? and \"left_at\" is null order by \"account\" limit ?",
    "slots": [
      "channel",
      "after",
      "before",
      "limit"
    ]
  },
  "directory.due": {
    "text": "select \"channel\", \"account\", \"ids\" from \"accounts\" where \"checked_at\" < ? order by \"checked_at\" limit ?",
    "slots": [
      "before",
      "limit"
    ]
  },
  "departments.read": {
    "text": "select \"channel\", \"department\", \"name\", \"parent\" from \"departments\" where \"channel\" = ? and \"department\" = ?",
    "slots": [
      "channel",
      "department"
    ]
  },
  "departments.put": {
    "text": "insert or fail into \"departments\" (\"channel\", \"department\", \"name\", \"parent\", \"seen_at\") values (?, ?, ?, ?, ?) on conflict (\"channel\", \"department\") do update set \"name\" = ?, \"parent\" = ?, \"seen_at\" = ?",
    "slots": [
      "channel",
      "department",
      "name",
      "parent",
      "now",
      "name",
      "parent",
      "now"
    ]
  },
  "departments.drop": {
    "text": "delete from \"departments\" where \"channel\" = ? and \"department\" = ?",
    "slots": [
      "channel",
      "department"
    ]
  },
  "departments.dropMembers": {
    "text": "delete from \"memberships\" where \"channel\" = ? and \"department\" = ?",
    "slots": [
      "channel",
      "department"
    ]
  },
  "departments.unseen": {
    "text": "select \"channel\", \"department\" from \"departments\" where \"channel\" = ? and \"seen_at\" < ?",
    "slots": [
      "channel",
      "before"
    ]
  },
  "departments.page": {
    "text": "select \"channel\", \"department\", \"name\", \"parent\" from \"departments\" where \"channel\" = ? and \"department\" > ? order by \"department\" limit ?",
    "slots": [
      "channel",
      "after",
      "limit"
    ]
  },
  "departments.of": {
    "text": "select \"department\" from \"memberships\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "departments.join": {
    "text": "insert or fail into \"memberships\" (\"channel\", \"account\", \"department\") values (?, ?, ?) on conflict (\"channel\", \"account\", \"department\") do nothing",
    "slots": [
      "channel",
      "account",
      "department"
    ]
  },
  "departments.leave": {
    "text": "delete from \"memberships\" where \"channel\" = ? and \"account\" = ? and \"department\" = ?",
    "slots": [
      "channel",
      "account",
      "department"
    ]
  },
  "departments.ofPerson": {
    "text": "select \"memberships\".\"channel\", \"memberships\".\"department\" from \"accounts\" inner join \"memberships\" on \"memberships\".\"channel\" = \"accounts\".\"channel\" and \"memberships\".\"account\" = \"accounts\".\"account\" where \"accounts\".\"person\" = ? and \"accounts\".\"left_at\" is null",
    "slots": [
      "person"
    ]
  },
  "leavers.account": {
    "text": "select \"person\", \"left_at\", \"apart_since\", \"checked_at\" from \"accounts\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "leavers.checked": {
    "text": "update or fail \"accounts\" set \"checked_at\" = ?, \"left_at\" = ? where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "now",
      "left",
      "channel",
      "account"
    ]
  },
  "leavers.accounts": {
    "text": "select \"left_at\", \"checked_at\" from \"accounts\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "leavers.person": {
    "text": "select \"left_at\" from \"people\" where \"id\" = ?",
    "slots": [
      "id"
    ]
  },
  "leavers.mark": {
    "text": "update or fail \"people\" set \"left_at\" = ? where \"id\" = ?",
    "slots": [
      "left",
      "id"
    ]
  },
  "leavers.endSessions": {
    "text": "update or fail \"sessions\" set \"ended_at\" = ? where \"scope\" = ? and \"ended_at\" is null",
    "slots": [
      "now",
      "scope"
    ]
  },
  "linkCodes.dropOf": {
    "text": "delete from \"link_codes\" where \"person\" = ?",
    "slots": [
      "person"
    ]
  },
  "linkCodes.dropOld": {
    "text": "delete from \"link_codes\" where \"expires_at\" < ?",
    "slots": [
      "before"
    ]
  },
  "linkCodes.drop": {
    "text": "delete from \"link_codes\" where \"hash\" = ? and \"used_by\" is null",
    "slots": [
      "hash"
    ]
  },
  "linkCodes.insert": {
    "text": "insert or fail into \"link_codes\" (\"hash\", \"person\", \"lane\", \"address\", \"lang\", \"expires_at\") values (?, ?, ?, ?, ?, ?)",
    "slots": [
      "hash",
      "person",
      "lane",
      "address",
      "lang",
      "expires"
    ]
  },
  "linkCodes.find": {
    "text": "select \"person\", \"lane\", \"address\", \"lang\", \"used_by\" from \"link_codes\" where \"hash\" = ? and \"expires_at\" > ?",
    "slots": [
      "hash",
      "now"
    ]
  },
  "linkCodes.use": {
    "text": "update or fail \"link_codes\" set \"used_by\" = ? where \"hash\" = ? and \"used_by\" is null",
    "slots": [
      "by",
      "hash"
    ]
  },
  "linkCodes.tries": {
    "text": "select \"tries\", \"since\" from \"link_tries\" where \"channel\" = ? and \"account\" = ?",
    "slots": [
      "channel",
      "account"
    ]
  },
  "linkCodes.setTries": {
    "text": "insert or fail into \"link_tries\" (\"channel\", \"account\", \"tries\", \"since\") values (?, ?, ?, ?) on conflict (\"channel\", \"account\") do update set \"tries\" = ?, \"since\" = ?",
    "slots": [
      "channel",
      "account",
      "tries",
      "since",
      "tries",
      "since"
    ]
  },
  "sessionList.list": {
    "text": "select \"id\", \"agent\", \"user\", \"conversation\", \"name\", \"channel\", \"started_at\", \"last_used_at\", \"ended_at\", \"first_turn\" from \"sessions\" where \"scope\" = ? order by \"last_used_at\" desc limit ?",
    "slots": [
      "scope",
      "limit"
    ]
  },
  "sessionList.rename": {
    "text": "update or fail \"sessions\" set \"name\" = ? where \"id\" = ? and \"scope\" = ?",
    "slots": [
      "name",
      "id",
      "scope"
    ]
  },
  "sessionList.endOthers": {
    "text": "update or fail \"sessions\" set \"ended_at\" = ? where \"scope\" = ? and \"agent\" = ? and \"ended_at\" is null and \"id\" <> ?",
    "slots": [
      "now",
      "scope",
      "agent",
      "id"
    ]
  },
  "sessionList.isTheirs": {
    "text": "select \"id\" from \"sessions\" where \"id\" = ? and \"scope\" = ? and \"agent\" = ?",
    "slots": [
      "id",
      "scope",
      "agent"
    ]
  },
  "sessionList.resume": {
    "text": "update or fail \"sessions\" set \"ended_at\" = ?, \"last_used_at\" = ? where \"id\" = ? and \"scope\" = ?",
    "slots": [
      [
        null
      ],
      "now",
      "id",
      "scope"
    ]
  },
  "audit.of": {
    "text": "select \"at\", \"actor\", \"action\", \"subject\", \"detail\" from \"audit\" where \"subject\" = ? order by \"seq\" desc limit ?",
    "slots": [
      "subject",
      "limit"
    ]
  },
  "audit.insert": {
    "text": "insert or fail into \"audit\" (\"at\", \"actor\", \"action\", \"subject\", \"detail\") values (?, ?, ?, ?, ?)",
    "slots": [
      "at",
      "actor",
      "action",
      "subject",
      "detail"
    ]
  },
  "pushes.insert": {
    "text": "insert or fail into \"pushes\" (\"id\", \"key\", \"digest\", \"accepted_at\", \"purpose\", \"subject\") values (?, ?, ?, ?, ?, ?) on conflict (\"id\") do nothing returning \"id\"",
    "slots": [
      "id",
      "key",
      "digest",
      "now",
      "purpose",
      "subject"
    ]
  },
  "pushes.insertPart": {
    "text": "insert or fail into \"push_parts\" (\"push\", \"channel\", \"kind\", \"receiver\", \"part\", \"send_key\", \"day\", \"digest\") values (?, ?, ?, ?, ?, ?, ?, ?)",
    "slots": [
      "push",
      "channel",
      "kind",
      "receiver",
      "part",
      "sendKey",
      "day",
      "digest"
    ]
  },
  "pushes.find": {
    "text": "select * from \"pushes\" where \"id\" = ?",
    "slots": [
      "id"
    ]
  },
  "pushes.parts": {
    "text": "select \"part\".\"channel\", \"part\".\"kind\", \"part\".\"receiver\", \"part\".\"part\", \"part\".\"send_key\", \"part\".\"day\", \"part\".\"digest\", \"row\".\"state\", \"row\".\"code\", \"row\".\"attempts\", \"row\".\"finished_at\", \"row\".\"sent\" from \"push_parts\" as \"part\" left join \"outbox\" as \"row\" on \"row\".\"channel\" = \"part\".\"channel\" and \"row\".\"send_key\" = \"part\".\"send_key\" where \"part\".\"push\" = ? order by \"part\".\"channel\", \"part\".\"kind\", \"part\".\"receiver\", \"part\".\"part\"",
    "slots": [
      "push"
    ]
  },
  "pushes.shown": {
    "text": "select \"part\".\"receiver\" from \"push_parts\" as \"part\" inner join \"outbox\" as \"row\" on \"row\".\"channel\" = \"part\".\"channel\" and \"row\".\"send_key\" = \"part\".\"send_key\" where \"part\".\"day\" = ? and \"part\".\"channel\" = ? and \"part\".\"digest\" = ? and \"row\".\"state\" != ?",
    "slots": [
      "day",
      "channel",
      "digest",
      [
        "dead"
      ]
    ]
  },
  "pushes.insertAnswer": {
    "text": "insert or fail into \"push_answers\" (\"push\", \"channel\", \"account\", \"key\", \"body\", \"answered_at\", \"handled\") values (?, ?, ?, ?, ?, ?, ?) on conflict (\"push\", \"channel\", \"account\") do nothing",
    "slots": [
      "push",
      "channel",
      "account",
      "key",
      "body",
      "now",
      [
        0
      ]
    ]
  },
  "pushes.answerOf": {
    "text": "select * from \"push_answers\" where \"push\" = ? and \"channel\" = ? and \"account\" = ?",
    "slots": [
      "push",
      "channel",
      "account"
    ]
  },
  "pushes.answers": {
    "text": "select * from \"push_answers\" where \"push\" = ? order by \"answered_at\", \"channel\", \"account\"",
    "slots": [
      "push"
    ]
  },
  "pushes.handled": {
    "text": "update or fail \"push_answers\" set \"handled\" = ? where \"push\" = ? and \"channel\" = ? and \"account\" = ?",
    "slots": [
      [
        1
      ],
      "push",
      "channel",
      "account"
    ]
  },
  "pushes.purgeAnswers": {
    "text": "delete from \"push_answers\" where \"push\" in (select \"old\".\"id\" from \"pushes\" as \"old\" where \"old\".\"accepted_at\" < ? order by \"old\".\"accepted_at\", \"old\".\"id\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "pushes.purgeParts": {
    "text": "delete from \"push_parts\" where \"push\" in (select \"old\".\"id\" from \"pushes\" as \"old\" where \"old\".\"accepted_at\" < ? order by \"old\".\"accepted_at\", \"old\".\"id\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "pushes.purge": {
    "text": "delete from \"pushes\" where \"id\" in (select \"old\".\"id\" from \"pushes\" as \"old\" where \"old\".\"accepted_at\" < ? order by \"old\".\"accepted_at\", \"old\".\"id\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "cursors.move": {
    "text": "insert or fail into \"cursors\" (\"channel\", \"name\", \"place\", \"moved_at\") values (?, ?, ?, ?) on conflict (\"channel\", \"name\") do update set \"place\" = ?, \"moved_at\" = ?",
    "slots": [
      "channel",
      "name",
      "place",
      "now",
      "place",
      "now"
    ]
  },
  "cursors.read": {
    "text": "select \"place\" from \"cursors\" where \"channel\" = ? and \"name\" = ?",
    "slots": [
      "channel",
      "name"
    ]
  },
  "calls.add": {
    "text": "insert or fail into \"calls\" (\"channel\", \"month\", \"kind\", \"number\") values (?, ?, ?, ?) on conflict (\"month\", \"channel\", \"kind\") do update set \"number\" = \"calls\".\"number\" + \"excluded\".\"number\"",
    "slots": [
      "channel",
      "month",
      "kind",
      "number"
    ]
  },
  "calls.ofMonth": {
    "text": "select \"channel\", \"month\", \"kind\", \"number\" from \"calls\" where \"month\" = ?",
    "slots": [
      "month"
    ]
  },
  "approvals.insert": {
    "text": "insert or fail into \"approvals\" (\"id\", \"purpose\", \"subject\", \"channel\", \"template\", \"asker\", \"person\", \"state\", \"state_at\", \"decisions\", \"created_at\", \"claimed_until\") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (\"id\") do nothing",
    "slots": [
      "id",
      "purpose",
      "subject",
      "channel",
      "template",
      "asker",
      "person",
      [
        "starting"
      ],
      [
        0
      ],
      [
        "[]"
      ],
      "now",
      "until"
    ]
  },
  "approvals.again": {
    "text": "update or fail \"approvals\" set \"subject\" = ?, \"channel\" = ?, \"template\" = ?, \"asker\" = ?, \"person\" = ?, \"state\" = ?, \"code\" = ?, \"created_at\" = ?, \"claimed_until\" = ? where \"id\" = ? and \"state\" = ?",
    "slots": [
      "subject",
      "channel",
      "template",
      "asker",
      "person",
      [
        "starting"
      ],
      [
        null
      ],
      "now",
      "until",
      "id",
      [
        "failed"
      ]
    ]
  },
  "approvals.takeOver": {
    "text": "update or fail \"approvals\" set \"claimed_until\" = ? where \"id\" = ? and \"state\" = ? and \"claimed_until\" <= ?",
    "slots": [
      "until",
      "id",
      [
        "starting"
      ],
      "now"
    ]
  },
  "approvals.started": {
    "text": "update or fail \"approvals\" set \"instance\" = ?, \"state\" = ?, \"claimed_until\" = ? where \"id\" = ? and \"state\" = ?",
    "slots": [
      "instance",
      [
        "running"
      ],
      [
        0
      ],
      "id",
      [
        "starting"
      ]
    ]
  },
  "approvals.failed": {
    "text": "update or fail \"approvals\" set \"state\" = ?, \"code\" = ?, \"claimed_until\" = ? where \"id\" = ? and \"state\" = ?",
    "slots": [
      [
        "failed"
      ],
      "code",
      [
        0
      ],
      "id",
      [
        "starting"
      ]
    ]
  },
  "approvals.letGo": {
    "text": "update or fail \"approvals\" set \"claimed_until\" = ? where \"id\" = ? and \"state\" = ?",
    "slots": [
      [
        0
      ],
      "id",
      [
        "starting"
      ]
    ]
  },
  "approvals.get": {
    "text": "select \"id\", \"purpose\", \"subject\", \"channel\", \"template\", \"asker\", \"person\", \"instance\", \"state\", \"state_at\", \"decisions\", \"handled_state\", \"created_at\", \"code\" from \"approvals\" where \"id\" = ?",
    "slots": [
      "id"
    ]
  },
  "approvals.ofInstance": {
    "text": "select \"id\", \"purpose\", \"subject\", \"channel\", \"template\", \"asker\", \"person\", \"instance\", \"state\", \"state_at\", \"decisions\", \"handled_state\", \"created_at\", \"code\" from \"approvals\" where \"channel\" = ? and \"instance\" = ?",
    "slots": [
      "channel",
      "instance"
    ]
  },
  "approvals.starting": {
    "text": "select count(*) as \"count\" from \"approvals\" where \"channel\" = ? and \"state\" = ?",
    "slots": [
      "channel",
      [
        "starting"
      ]
    ]
  },
  "approvals.running": {
    "text": "select \"id\", \"purpose\", \"subject\", \"channel\", \"template\", \"asker\", \"person\", \"instance\", \"state\", \"state_at\", \"decisions\", \"handled_state\", \"created_at\", \"code\" from \"approvals\" where \"state\" = ? and \"created_at\" < ? order by \"created_at\" limit ?",
    "slots": [
      [
        "running"
      ],
      "before",
      "limit"
    ]
  },
  "approvals.list": {
    "text": "select \"id\", \"purpose\", \"subject\", \"channel\", \"template\", \"asker\", \"person\", \"instance\", \"state\", \"state_at\", \"decisions\", \"handled_state\", \"created_at\", \"code\" from \"approvals\" order by \"created_at\" desc limit ?",
    "slots": [
      "limit"
    ]
  },
  "approvals.move": {
    "text": "update or fail \"approvals\" set \"state\" = ?, \"state_at\" = ?, \"decisions\" = ? where \"id\" = ? and \"state_at\" < ?",
    "slots": [
      "state",
      "at",
      "decisions",
      "id",
      "at"
    ]
  },
  "approvals.end": {
    "text": "update or fail \"approvals\" set \"state\" = ?, \"state_at\" = ?, \"decisions\" = ? where \"id\" = ? and \"state\" = ?",
    "slots": [
      "state",
      "at",
      "decisions",
      "id",
      [
        "running"
      ]
    ]
  },
  "approvals.forget": {
    "text": "update or fail \"approvals\" set \"handled_state\" = ? where \"id\" = ? and \"state\" = ?",
    "slots": [
      [
        null
      ],
      "id",
      [
        "running"
      ]
    ]
  },
  "approvals.handled": {
    "text": "update or fail \"approvals\" set \"handled_state\" = ? where \"id\" = ?",
    "slots": [
      "state",
      "id"
    ]
  },
  "approvals.purge": {
    "text": "delete from \"approvals\" where \"id\" in (select \"old\".\"id\" from \"approvals\" as \"old\" where \"old\".\"created_at\" < ? and \"old\".\"state\" not in (?, ?) limit ?)",
    "slots": [
      "before",
      [
        "starting"
      ],
      [
        "running"
      ],
      "limit"
    ]
  },
  "memos.read": {
    "text": "select \"body\" from \"memos\" where \"channel\" = ? and \"name\" = ?",
    "slots": [
      "channel",
      "name"
    ]
  },
  "memos.begin": {
    "text": "insert or fail into \"memos\" (\"channel\", \"name\", \"body\", \"keep_until\") values (?, ?, ?, ?) on conflict (\"channel\", \"name\") do nothing",
    "slots": [
      "channel",
      "name",
      "body",
      "keepUntil"
    ]
  },
  "memos.change": {
    "text": "update or fail \"memos\" set \"body\" = ?, \"keep_until\" = ? where \"channel\" = ? and \"name\" = ? and \"body\" = ?",
    "slots": [
      "body",
      "keepUntil",
      "channel",
      "name",
      "before"
    ]
  },
  "memos.purge": {
    "text": "delete from \"memos\" where (\"channel\", \"name\") in (select \"old\".\"channel\", \"old\".\"name\" from \"memos\" as \"old\" where \"old\".\"keep_until\" < ? order by \"old\".\"keep_until\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "placeholders.mine": {
    "text": "select \"kind\", \"number\", \"lang\", \"own\", \"body\" from \"placeholders\" where \"session\" = ? and \"person\" = ? and \"body\" <> ?",
    "slots": [
      "session",
      "person",
      [
        ""
      ]
    ]
  },
  "placeholders.last": {
    "text": "select \"kind\", max(\"number\") as \"number\" from \"placeholders\" where \"session\" = ? group by \"kind\"",
    "slots": [
      "session"
    ]
  },
  "placeholders.add": {
    "text": "insert or fail into \"placeholders\" (\"session\", \"kind\", \"number\", \"person\", \"lang\", \"own\", \"body\", \"used_at\") values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (\"session\", \"kind\", \"number\") do nothing",
    "slots": [
      "session",
      "kind",
      "number",
      "person",
      "lang",
      "own",
      "body",
      "now"
    ]
  },
  "placeholders.use": {
    "text": "update or fail \"placeholders\" set \"used_at\" = ? where \"session\" = ? and \"person\" = ?",
    "slots": [
      "now",
      "session",
      "person"
    ]
  },
  "placeholders.forget": {
    "text": "update or fail \"placeholders\" set \"body\" = ? where (\"session\", \"kind\", \"number\") in (select \"old\".\"session\", \"old\".\"kind\", \"old\".\"number\" from \"placeholders\" as \"old\" where \"old\".\"body\" <> ? and \"old\".\"used_at\" < ? order by \"old\".\"used_at\" limit ?)",
    "slots": [
      [
        ""
      ],
      [
        ""
      ],
      "before",
      "limit"
    ]
  },
  "inboxUpkeep.due": {
    "text": "select \"due_at\" from \"inbox\" where \"finished_at\" is null and \"due_at\" > ? order by \"due_at\" limit ?",
    "slots": [
      "now",
      [
        1
      ]
    ]
  },
  "inboxUpkeep.open": {
    "text": "select count(*) as \"count\", min(\"arrived_at\") as \"oldest\" from \"inbox\" where \"finished_at\" is null",
    "slots": []
  },
  "inboxUpkeep.deadCount": {
    "text": "select count(*) as \"count\" from \"inbox\" where \"state\" = ? and \"finished_at\" is not null",
    "slots": [
      [
        "dead"
      ]
    ]
  },
  "inboxUpkeep.dead": {
    "text": "select \"seq\", \"channel\", \"lane\", \"code\", \"attempts\", \"finished_at\" as \"at\" from \"inbox\" where \"state\" = ? and \"finished_at\" is not null order by \"finished_at\" desc limit ?",
    "slots": [
      [
        "dead"
      ],
      "limit"
    ]
  },
  "inboxUpkeep.replay": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"due_at\" = ?, \"attempts\" = ?, \"finished_at\" = ? where \"seq\" = ? and \"state\" = ? returning \"lane\"",
    "slots": [
      [
        "waiting"
      ],
      "now",
      [
        0
      ],
      [
        null
      ],
      "seq",
      [
        "dead"
      ]
    ]
  },
  "inboxUpkeep.purgeDead": {
    "text": "delete from \"inbox\" where \"seq\" in (select \"old\".\"seq\" from \"inbox\" as \"old\" where \"old\".\"state\" = ? and \"old\".\"finished_at\" < ? limit ?)",
    "slots": [
      [
        "dead"
      ],
      "before",
      "limit"
    ]
  },
  "inboxUpkeep.recover": {
    "text": "update or fail \"inbox\" set \"state\" = ?, \"holder\" = ?, \"due_at\" = \"arrived_at\" where \"holder\" is not null",
    "slots": [
      [
        "waiting"
      ],
      [
        null
      ]
    ]
  },
  "inboxUpkeep.lanes": {
    "text": "select \"row\".\"lane\", \"row\".\"due_at\" from \"inbox\" as \"row\" where \"row\".\"finished_at\" is null and \"row\".\"due_at\" <= ? and not exists (select \"earlier\".\"seq\" from \"inbox\" as \"earlier\" where \"earlier\".\"lane\" = \"row\".\"lane\" and \"earlier\".\"finished_at\" is null and \"earlier\".\"seq\" < \"row\".\"seq\") and not exists (select \"h\".\"seq\" from \"inbox\" as \"h\" where \"h\".\"lane\" = \"row\".\"lane\" and \"h\".\"holder\" is not null and \"h\".\"due_at\" > ?) and not exists (select \"o\".\"seq\" from \"outbox\" as \"o\" where \"o\".\"lane\" = \"row\".\"lane\" and \"o\".\"finished_at\" is null) order by \"row\".\"due_at\" limit ?",
    "slots": [
      "now",
      "now",
      "limit"
    ]
  },
  "inboxUpkeep.held": {
    "text": "select count(*) as \"count\" from \"inbox\" where \"holder\" is not null",
    "slots": []
  },
  "inboxUpkeep.purgeDone": {
    "text": "delete from \"inbox\" where \"seq\" in (select \"old\".\"seq\" from \"inbox\" as \"old\" where \"old\".\"state\" = ? and \"old\".\"finished_at\" < ? limit ?)",
    "slots": [
      [
        "done"
      ],
      "before",
      "limit"
    ]
  },
  "outboxUpkeep.due": {
    "text": "select \"due_at\" from \"outbox\" where \"finished_at\" is null and \"due_at\" > ? order by \"due_at\" limit ?",
    "slots": [
      "now",
      [
        1
      ]
    ]
  },
  "outboxUpkeep.open": {
    "text": "select count(*) as \"count\", min(\"arrived_at\") as \"oldest\" from \"outbox\" where \"finished_at\" is null",
    "slots": []
  },
  "outboxUpkeep.deadCount": {
    "text": "select count(*) as \"count\" from \"outbox\" where \"state\" = ? and \"finished_at\" is not null",
    "slots": [
      [
        "dead"
      ]
    ]
  },
  "outboxUpkeep.dead": {
    "text": "select \"seq\", \"channel\", \"lane\", \"code\", \"attempts\", \"finished_at\" as \"at\" from \"outbox\" where \"state\" = ? and \"finished_at\" is not null order by \"finished_at\" desc limit ?",
    "slots": [
      [
        "dead"
      ],
      "limit"
    ]
  },
  "outboxUpkeep.replay": {
    "text": "update or fail \"outbox\" set \"state\" = ?, \"due_at\" = ?, \"attempts\" = ?, \"finished_at\" = ? where \"seq\" = ? and \"state\" = ? returning \"lane\"",
    "slots": [
      [
        "waiting"
      ],
      "now",
      [
        0
      ],
      [
        null
      ],
      "seq",
      [
        "dead"
      ]
    ]
  },
  "outboxUpkeep.purgeDead": {
    "text": "delete from \"outbox\" where \"seq\" in (select \"old\".\"seq\" from \"outbox\" as \"old\" where \"old\".\"state\" = ? and \"old\".\"finished_at\" < ? limit ?)",
    "slots": [
      [
        "dead"
      ],
      "before",
      "limit"
    ]
  },
  "outboxUpkeep.recover": {
    "text": "update or fail \"outbox\" set \"state\" = ?, \"holder\" = ?, \"due_at\" = \"arrived_at\", \"doubts\" = \"doubts\" + 1 where \"holder\" is not null",
    "slots": [
      [
        "waiting"
      ],
      [
        null
      ]
    ]
  },
  "outboxUpkeep.lanes": {
    "text": "select \"row\".\"lane\", \"row\".\"due_at\" from \"outbox\" as \"row\" where \"row\".\"finished_at\" is null and \"row\".\"due_at\" <= ? and not exists (select \"earlier\".\"seq\" from \"outbox\" as \"earlier\" where \"earlier\".\"lane\" = \"row\".\"lane\" and \"earlier\".\"finished_at\" is null and \"earlier\".\"seq\" < \"row\".\"seq\") and (not exists (select \"h\".\"seq\" from \"inbox\" as \"h\" where \"h\".\"lane\" = \"row\".\"lane\" and \"h\".\"holder\" is not null and \"h\".\"due_at\" > ?) and not exists (select \"s\".\"seq\" from \"outbox\" as \"s\" where \"s\".\"lane\" = \"row\".\"lane\" and \"s\".\"finished_at\" is null and \"s\".\"holder\" is not null and \"s\".\"due_at\" > ?)) order by \"row\".\"due_at\" limit ?",
    "slots": [
      "now",
      "now",
      "now",
      "limit"
    ]
  },
  "outboxUpkeep.purgeSent": {
    "text": "delete from \"outbox\" where \"seq\" in (select \"old\".\"seq\" from \"outbox\" as \"old\" where \"old\".\"state\" = ? and \"old\".\"finished_at\" < ? limit ?)",
    "slots": [
      [
        "sent"
      ],
      "before",
      "limit"
    ]
  },
  "turnUpkeep.purgeRatings": {
    "text": "delete from \"ratings\" where \"turn\" in (select \"old\".\"id\" from \"turns\" as \"old\" where \"old\".\"started_at\" < ? order by \"old\".\"started_at\", \"old\".\"seq\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "turnUpkeep.purge": {
    "text": "delete from \"turns\" where \"seq\" in (select \"old\".\"seq\" from \"turns\" as \"old\" where \"old\".\"started_at\" < ? order by \"old\".\"started_at\", \"old\".\"seq\" limit ?)",
    "slots": [
      "before",
      "limit"
    ]
  },
  "sealedTexts.inbox": {
    "text": "select count(*) as \"rows\" from \"inbox\" where \"body\" like ?",
    "slots": [
      "like"
    ]
  },
  "sealedTexts.outbox": {
    "text": "select count(*) as \"rows\" from \"outbox\" where \"body\" like ?",
    "slots": [
      "like"
    ]
  },
  "sealedTexts.turns": {
    "text": "select count(*) as \"rows\" from \"turns\" where \"address\" like ?",
    "slots": [
      "like"
    ]
  },
  "sealedTexts.memos": {
    "text": "select count(*) as \"rows\" from \"memos\" where \"body\" like ?",
    "slots": [
      "like"
    ]
  },
  "sealedTexts.placeholders": {
    "text": "select count(*) as \"rows\" from \"placeholders\" where \"body\" like ?",
    "slots": [
      "like"
    ]
  },
  "sealedTexts.approvals": {
    "text": "select count(*) as \"rows\" from \"approvals\" where \"subject\" like ?",
    "slots": [
      "like"
    ]
  },
  "sealedTexts.pushes": {
    "text": "select count(*) as \"rows\" from \"pushes\" where \"subject\" like ?",
    "slots": [
      "like"
    ]
  },
  "sealedTexts.pushAnswers": {
    "text": "select count(*) as \"rows\" from \"push_answers\" where \"body\" like ?",
    "slots": [
      "like"
    ]
  },
  "migrations.applied": {
    "text": "select \"name\" from \"migrations\" order by \"name\"",
    "slots": []
  },
  "migrations.note": {
    "text": "insert or fail into \"migrations\" (\"name\", \"applied_at\") values (?, ?)",
    "slots": [
      "name",
      "now"
    ]
  }
};

export const SCRIPTS: readonly MigrationScript[] = [
  {
    "name": "0001-first-tables",
    "statements": [
      "create table \"migrations\" (\"name\" text primary key, \"applied_at\" bigint not null)",
      "create table \"inbox\" (\"seq\" integer primary key autoincrement, \"channel\" text not null, \"event_key\" text not null, \"lane\" text not null, \"message\" text, \"state\" text not null, \"attempts\" integer not null, \"due_at\" bigint not null, \"holder\" text, \"code\" text, \"arrived_at\" bigint not null, \"finished_at\" bigint, \"body\" text not null)",
      "create unique index \"inbox_key\" on \"inbox\" (\"channel\", \"event_key\")",
      "create index \"inbox_message\" on \"inbox\" (\"channel\", \"message\") where message <> event_key",
      "create index \"inbox_open\" on \"inbox\" (\"lane\", \"seq\") where finished_at is null",
      "create index \"inbox_due\" on \"inbox\" (\"due_at\", \"arrived_at\", \"finished_at\") where finished_at is null",
      "create index \"inbox_held\" on \"inbox\" (\"lane\", \"due_at\") where holder is not null",
      "create index \"inbox_finished\" on \"inbox\" (\"state\", \"finished_at\") where finished_at is not null",
      "create table \"outbox\" (\"seq\" integer primary key autoincrement, \"channel\" text not null, \"send_key\" text not null, \"lane\" text not null, \"turn\" text, \"part\" integer not null, \"state\" text not null, \"attempts\" integer not null, \"due_at\" bigint not null, \"holder\" text, \"doubts\" integer not null, \"framed\" integer not null, \"code\" text, \"arrived_at\" bigint not null, \"finished_at\" bigint, \"sent\" text, \"body\" text not null)",
      "create unique index \"outbox_key\" on \"outbox\" (\"channel\", \"send_key\")",
      "create index \"outbox_open\" on \"outbox\" (\"lane\", \"seq\") where finished_at is null",
      "create index \"outbox_due\" on \"outbox\" (\"due_at\", \"arrived_at\", \"finished_at\") where finished_at is null",
      "create index \"outbox_turn\" on \"outbox\" (\"turn\", \"seq\") where framed = 1",
      "create index \"outbox_held\" on \"outbox\" (\"holder\") where holder is not null",
      "create index \"outbox_finished\" on \"outbox\" (\"state\", \"finished_at\") where finished_at is not null",
      "create table \"turns\" (\"seq\" integer primary key, \"id\" text not null unique, \"lane\" text not null, \"state\" text not null, \"channel\" text not null, \"address\" text not null, \"person\" text not null, \"asker\" text not null, \"session\" text not null, \"agent\" text not null, \"lang\" text not null, \"run\" text, \"sent\" text, \"message\" text, \"part\" integer not null, \"started_at\" bigint not null, \"ended_at\" bigint, \"rating\" text not null, \"suggested\" text not null)",
      "create index \"turns_running\" on \"turns\" (\"lane\", \"seq\") where ended_at is null",
      "create index \"turns_ended\" on \"turns\" (\"lane\", \"seq\") where ended_at is not null",
      "create index \"turns_message\" on \"turns\" (\"channel\", \"message\") where message is not null",
      "create index \"turns_started\" on \"turns\" (\"started_at\", \"seq\")",
      "create table \"ratings\" (\"turn\" text not null, \"person\" text not null, \"rating\" text not null, \"press\" bigint not null, \"rated_at\" bigint not null, constraint \"ratings_key\" primary key (\"turn\", \"person\"))",
      "create table \"sessions\" (\"id\" text primary key, \"scope\" text not null, \"agent\" text not null, \"user\" text not null, \"conversation\" text, \"started_at\" bigint not null, \"last_used_at\" bigint not null, \"ended_at\" bigint)",
      "create unique index \"sessions_running\" on \"sessions\" (\"scope\", \"agent\") where ended_at is null",
      "create table \"people\" (\"id\" text primary key, \"name\" text, \"lang\" text, \"created_at\" bigint not null)",
      "create table \"accounts\" (\"channel\" text not null, \"account\" text not null, \"person\" text not null, \"name\" text, \"ids\" text not null, \"lang\" text, \"seen_at\" bigint not null, constraint \"accounts_key\" primary key (\"channel\", \"account\"))",
      "create index \"accounts_person\" on \"accounts\" (\"person\")"
    ]
  },
  {
    "name": "0002-cursors",
    "statements": [
      "create table \"cursors\" (\"channel\" text not null, \"name\" text not null, \"place\" text not null, \"moved_at\" bigint not null, constraint \"cursors_key\" primary key (\"channel\", \"name\"))"
    ]
  },
  {
    "name": "0003-calls",
    "statements": [
      "create table \"calls\" (\"channel\" text not null, \"month\" text not null, \"kind\" text not null, \"number\" bigint not null, constraint \"calls_key\" primary key (\"month\", \"channel\", \"kind\"))"
    ]
  },
  {
    "name": "0004-approvals",
    "statements": [
      "create table \"approvals\" (\"id\" text primary key, \"purpose\" text not null, \"subject\" text not null, \"channel\" text not null, \"template\" text not null, \"asker\" text not null, \"person\" text, \"instance\" text, \"state\" text not null, \"state_at\" bigint not null, \"decisions\" text not null, \"handled_state\" text, \"created_at\" bigint not null, \"claimed_until\" bigint not null, \"code\" text)",
      "create unique index \"approvals_instance\" on \"approvals\" (\"channel\", \"instance\") where instance is not null",
      "create index \"approvals_starting\" on \"approvals\" (\"channel\") where state = 'starting'",
      "create index \"approvals_newest\" on \"approvals\" (\"created_at\")"
    ]
  },
  {
    "name": "0005-memos",
    "statements": [
      "create table \"memos\" (\"channel\" text not null, \"name\" text not null, \"body\" text not null, \"keep_until\" bigint not null, constraint \"memos_key\" primary key (\"channel\", \"name\"))",
      "create index \"memos_kept\" on \"memos\" (\"keep_until\")"
    ]
  },
  {
    "name": "0006-people-and-sessions",
    "statements": [
      "alter table \"inbox\" add column \"waits_for\" text",
      "create index \"inbox_waits\" on \"inbox\" (\"waits_for\", \"seq\") where waits_for is not null and finished_at is null",
      "alter table \"turns\" add column \"continued_from\" text",
      "create unique index \"turns_of_session\" on \"turns\" (\"session\") where ended_at is null",
      "alter table \"sessions\" add column \"name\" text",
      "alter table \"sessions\" add column \"channel\" text",
      "alter table \"sessions\" add column \"account\" text",
      "create index \"sessions_of_scope\" on \"sessions\" (\"scope\", \"last_used_at\")",
      "create table \"session_accounts\" (\"session\" text not null, \"channel\" text not null, \"account\" text not null, constraint \"session_accounts_key\" primary key (\"session\", \"channel\", \"account\"))",
      "create index \"session_accounts_account\" on \"session_accounts\" (\"channel\", \"account\")",
      "alter table \"people\" add column \"merged_into\" text",
      "create index \"people_merged\" on \"people\" (\"merged_into\") where merged_into is not null",
      "alter table \"accounts\" add column \"apart_since\" bigint",
      "create table \"merges\" (\"id\" text primary key, \"kept\" text not null, \"absorbed\" text not null, \"reason\" text not null, \"actor\" text not null, \"merged_at\" bigint not null, \"accounts\" text not null, \"ended\" text not null, \"undone_at\" bigint)",
      "create index \"merges_kept\" on \"merges\" (\"kept\")",
      "create index \"merges_absorbed\" on \"merges\" (\"absorbed\")",
      "create table \"audit\" (\"seq\" integer primary key autoincrement, \"at\" bigint not null, \"actor\" text not null, \"action\" text not null, \"subject\" text not null, \"detail\" text not null)",
      "create index \"audit_subject\" on \"audit\" (\"subject\", \"seq\")"
    ]
  },
  {
    "name": "0007-stops",
    "statements": [
      "alter table \"turns\" add column \"stop\" text"
    ]
  },
  {
    "name": "0008-pushes",
    "statements": [
      "create table \"pushes\" (\"id\" text primary key, \"key\" text not null, \"digest\" text not null, \"accepted_at\" bigint not null)",
      "create index \"pushes_by_age\" on \"pushes\" (\"accepted_at\", \"id\")",
      "create table \"push_parts\" (\"push\" text not null, \"channel\" text not null, \"kind\" text not null, \"receiver\" text not null, \"part\" bigint not null, \"send_key\" text, \"day\" text, \"digest\" text, constraint \"push_parts_key\" primary key (\"push\", \"channel\", \"kind\", \"receiver\", \"part\"))",
      "create index \"push_parts_by_day\" on \"push_parts\" (\"day\", \"channel\", \"digest\")"
    ]
  },
  {
    "name": "0009-links",
    "statements": [
      "alter table \"accounts\" add column \"everywhere\" text",
      "create index \"accounts_everywhere\" on \"accounts\" (\"everywhere\") where everywhere is not null",
      "create table \"link_codes\" (\"hash\" text primary key, \"person\" text not null, \"lane\" text not null, \"address\" text not null, \"lang\" text not null, \"expires_at\" bigint not null, \"used_by\" text)",
      "create index \"link_codes_person\" on \"link_codes\" (\"person\")",
      "create index \"link_codes_expires\" on \"link_codes\" (\"expires_at\")",
      "create table \"link_tries\" (\"channel\" text not null, \"account\" text not null, \"tries\" integer not null, \"since\" bigint not null, constraint \"link_tries_key\" primary key (\"channel\", \"account\"))",
      "alter table \"sessions\" add column \"first_turn\" integer"
    ]
  },
  {
    "name": "0010-running-approvals",
    "statements": [
      "create index \"approvals_running\" on \"approvals\" (\"created_at\") where state = 'running'"
    ]
  },
  {
    "name": "0011-agent-choices",
    "statements": [
      "create table \"agent_choices\" (\"scope\" text not null, \"channel\" text not null, \"agent\" text not null, \"chosen_at\" bigint not null, constraint \"agent_choices_key\" primary key (\"scope\", \"channel\"))"
    ]
  },
  {
    "name": "0012-directory",
    "statements": [
      "create table \"directory\" (\"channel\" text not null, \"account\" text not null, \"attribute\" text not null, \"value\" text not null, constraint \"directory_key\" primary key (\"channel\", \"account\", \"attribute\"))",
      "create index \"directory_value\" on \"directory\" (\"attribute\", \"value\")",
      "alter table \"accounts\" add column \"checked_at\" bigint",
      "alter table \"accounts\" add column \"left_at\" bigint",
      "create index \"accounts_checked\" on \"accounts\" (\"checked_at\") where checked_at is not null"
    ]
  },
  {
    "name": "0013-placeholders",
    "statements": [
      "create table \"placeholders\" (\"session\" text not null, \"kind\" text not null, \"number\" integer not null, \"person\" text not null, \"lang\" text not null, \"own\" integer not null, \"body\" text not null, \"used_at\" bigint not null, constraint \"placeholders_key\" primary key (\"session\", \"kind\", \"number\"))",
      "create index \"placeholders_person\" on \"placeholders\" (\"person\")",
      "create index \"placeholders_used\" on \"placeholders\" (\"used_at\") where body <> ''"
    ]
  },
  {
    "name": "0014-rights",
    "statements": [
      "create table \"roles\" (\"name\" text primary key, \"place\" integer not null, \"body\" text not null)",
      "create table \"grants\" (\"key\" text primary key, \"place\" integer not null, \"role\" text not null, \"target\" text not null, \"person\" text, \"from_at\" bigint, \"until_at\" bigint, \"actor\" text not null, \"granted_at\" bigint not null)",
      "create index \"grants_person\" on \"grants\" (\"person\")",
      "create table \"rights_state\" (\"name\" text primary key, \"revision\" bigint not null)",
      "create table \"decisions\" (\"seq\" integer primary key autoincrement, \"at\" bigint not null, \"person\" text not null, \"channel\" text not null, \"asked_right\" text not null, \"allowed\" integer not null, \"why\" text not null)",
      "create index \"decisions_by_age\" on \"decisions\" (\"at\", \"seq\")",
      "create index \"decisions_of_person\" on \"decisions\" (\"person\", \"seq\")",
      "create table \"usage\" (\"owner\" text not null, \"period\" text not null, \"messages\" bigint not null, \"tokens\" bigint not null, \"warned\" integer not null, \"used_at\" bigint not null, constraint \"usage_key\" primary key (\"owner\", \"period\"))",
      "create index \"usage_by_age\" on \"usage\" (\"used_at\")",
      "create table \"usage_turns\" (\"turn\" text primary key, \"person\" text not null, \"counters\" text not null, \"tokens\" bigint, \"at\" bigint not null)",
      "create index \"usage_turns_by_age\" on \"usage_turns\" (\"at\")",
      "create table \"access_requests\" (\"id\" text primary key, \"person\" text not null, \"role\" text not null, \"state\" text not null, \"lane\" text not null, \"address\" text not null, \"lang\" text not null, \"asked_at\" bigint not null, \"decided_at\" bigint, \"decided_by\" text)",
      "create index \"access_requests_person\" on \"access_requests\" (\"person\")"
    ]
  },
  {
    "name": "0015-group-scopes",
    "statements": [
      "create table \"group_scopes\" (\"channel\" text not null, \"chat\" text not null, \"scope\" text not null, \"chosen_at\" bigint not null, constraint \"group_scopes_key\" primary key (\"channel\", \"chat\"))"
    ]
  },
  {
    "name": "0016-push-answers",
    "statements": [
      "alter table \"pushes\" add column \"purpose\" text",
      "alter table \"pushes\" add column \"subject\" text",
      "create table \"push_answers\" (\"push\" text not null, \"channel\" text not null, \"account\" text not null, \"key\" text not null, \"body\" text not null, \"answered_at\" bigint not null, \"handled\" integer not null, constraint \"push_answers_key\" primary key (\"push\", \"channel\", \"account\"))",
      "create index \"push_answers_account\" on \"push_answers\" (\"channel\", \"account\")"
    ]
  },
  {
    "name": "0017-departments",
    "statements": [
      "create table \"departments\" (\"channel\" text not null, \"department\" text not null, \"name\" text, \"parent\" text, \"seen_at\" bigint not null, constraint \"departments_key\" primary key (\"channel\", \"department\"))",
      "create table \"memberships\" (\"channel\" text not null, \"account\" text not null, \"department\" text not null, constraint \"memberships_key\" primary key (\"channel\", \"account\", \"department\"))",
      "create index \"memberships_department\" on \"memberships\" (\"channel\", \"department\")",
      "alter table \"people\" add column \"left_at\" bigint"
    ]
  },
  {
    "name": "0018-recalls",
    "statements": [
      "alter table \"inbox\" add column \"recalled_at\" bigint"
    ]
  }
];
