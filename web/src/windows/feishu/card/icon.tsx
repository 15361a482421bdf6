import {
  BookOutlined,
  BulbOutlined,
  CalendarOutlined,
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  CopyOutlined,
  DislikeOutlined,
  FileTextOutlined,
  InfoCircleOutlined,
  LikeOutlined,
  LinkOutlined,
  MessageOutlined,
  PauseCircleOutlined,
  QuestionCircleOutlined,
  RedoOutlined,
  RobotOutlined,
  SearchOutlined,
  StarOutlined,
  ToolOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import type { ComponentType, ReactNode } from 'react';

/** The vendor has some thousand icons; these stand for the families among them. First match wins. */
const FAMILIES: readonly (readonly [RegExp, ComponentType])[] = [
  [/thumbs?-?up|like/i, LikeOutlined],
  [/thumbs?-?down|dislike/i, DislikeOutlined],
  [/refresh|redo|replace|reset/i, RedoOutlined],
  [/stop|pause/i, PauseCircleOutlined],
  [/warn|alert/i, WarningOutlined],
  [/close|error|fail/i, CloseCircleOutlined],
  [/yes|done|check|success/i, CheckCircleOutlined],
  [/search|find/i, SearchOutlined],
  [/tool|setting|code/i, ToolOutlined],
  [/book|wiki|library/i, BookOutlined],
  [/doc|file|sheet|note/i, FileTextOutlined],
  [/link|url/i, LinkOutlined],
  [/copy/i, CopyOutlined],
  [/time|clock|history/i, ClockCircleOutlined],
  [/calendar|date/i, CalendarOutlined],
  [/bulb|idea|think|efficiency/i, BulbOutlined],
  [/robot|bot|ai|app/i, RobotOutlined],
  [/chat|message|comment/i, MessageOutlined],
  [/help|question|maybe/i, QuestionCircleOutlined],
  [/info/i, InfoCircleOutlined],
];

export function CardIcon({ token }: { readonly token: string }): ReactNode {
  const Icon = FAMILIES.find(([pattern]) => pattern.test(token))?.[1] ?? StarOutlined;
  return (
    <span className="fc-icon" aria-hidden="true">
      <Icon />
    </span>
  );
}
