import {
  AppstoreOutlined,
  CompassOutlined,
  ContactsOutlined,
  CustomerServiceFilled,
  FileTextOutlined,
  MailOutlined,
  MessageFilled,
  UserOutlined,
} from '@ant-design/icons';
import type { Manner } from '../chat/manner.tsx';
import { TemplateCard } from './card/card.tsx';
import { BotFeedback } from './feedback.tsx';
import { WecomMessage } from './other.tsx';
import { BotText } from './rich.tsx';
import { ServedBy } from './served-by.tsx';

const COMMON = {
  Card: TemplateCard,
  Other: WecomMessage,
  Rich: BotText,
  markdown: 'full',
  filters: false,
  readMark: 'none',
  reactions: [],
  topics: false,
  editing: false,
  botsQuoteInGroupsOnly: true,
} as const;

/** An employee's client. */
export const WECOM: Manner = {
  ...COMMON,
  places: ({ chat, wecom }) => [
    { name: chat.message, Icon: MessageFilled },
    { name: wecom.mail, Icon: MailOutlined },
    { name: wecom.docs, Icon: FileTextOutlined },
    { name: chat.workbench, Icon: AppstoreOutlined },
    { name: chat.contacts, Icon: ContactsOutlined },
  ],
  Below: BotFeedback,
  can: new Set(['files', 'quoting']),
  talksTo: ({ surface }) => surface === 'app' || surface === 'bot',
};

/** A customer's client: WeChat, in which she talks to accounts of customer service. */
export const WECHAT: Manner = {
  ...COMMON,
  look: 'wechat',
  places: ({ chat, wecom }) => [
    { name: chat.message, Icon: MessageFilled },
    { name: chat.contacts, Icon: ContactsOutlined },
    { name: wecom.discover, Icon: CompassOutlined },
    { name: wecom.me, Icon: UserOutlined },
  ],
  HeadNote: ServedBy,
  can: new Set(['files', 'recalling']),
  talksTo: ({ surface }) => surface === 'kf',
  hints: ({ wecom }, told) => [{ ask: wecom.askForPerson, shows: wecom.askForPersonShows }, ...told],
};

/** The client of an employee who serves customers. */
export const DESK: Manner = {
  ...COMMON,
  places: ({ chat, wecom }) => [
    { name: wecom.service, Icon: CustomerServiceFilled },
    { name: chat.message, Icon: MessageFilled },
    { name: wecom.customers, Icon: ContactsOutlined },
    { name: chat.workbench, Icon: AppstoreOutlined },
  ],
  can: new Set(),
  talksTo: ({ surface }) => surface === 'kf',
  hints: ({ wecom: { desk } }) => desk.phrases.map((ask) => ({ ask, shows: desk.phraseShows })),
  botsAreOurs: true,
};
