import { firstTables } from './0001-first-tables.ts';
import { cursors } from './0002-cursors.ts';
import { calls } from './0003-calls.ts';
import { approvals } from './0004-approvals.ts';
import { memos } from './0005-memos.ts';
import { peopleAndSessions } from './0006-people-and-sessions.ts';
import { stops } from './0007-stops.ts';
import { pushes } from './0008-pushes.ts';
import { links } from './0009-links.ts';
import { runningApprovals } from './0010-running-approvals.ts';
import { agentChoices } from './0011-agent-choices.ts';
import { directory } from './0012-directory.ts';
import { placeholders } from './0013-placeholders.ts';
import { rights } from './0014-rights.ts';
import { groupScopes } from './0015-group-scopes.ts';
import { pushAnswers } from './0016-push-answers.ts';
import { departments } from './0017-departments.ts';
import { recalls } from './0018-recalls.ts';
import type { Migration } from './migration.ts';

/** In the order in which they are applied. */
export const MIGRATIONS: readonly Migration[] = [
  firstTables,
  cursors,
  calls,
  approvals,
  memos,
  peopleAndSessions,
  stops,
  pushes,
  links,
  runningApprovals,
  agentChoices,
  directory,
  placeholders,
  rights,
  groupScopes,
  pushAnswers,
  departments,
  recalls,
];
