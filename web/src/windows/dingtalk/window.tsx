import {
  AppstoreFilled,
  CalendarOutlined,
  CheckSquareOutlined,
  ContactsOutlined,
  FileTextOutlined,
  MessageFilled,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { ChatClient } from '../chat/client.tsx';
import type { Manner } from '../chat/manner.tsx';
import type { Seat } from '../seat.tsx';
import { Card } from './card/card.tsx';
import { ListFoot } from './list-foot.tsx';
import './dingtalk.css';

const DINGTALK: Manner = {
  Card,
  markdown: 'dingtalk',
  places: ({ chat, dingtalk }) => [
    { name: chat.message, Icon: MessageFilled },
    { name: dingtalk.todo, Icon: CheckSquareOutlined },
    { name: chat.workbench, Icon: AppstoreFilled },
    { name: dingtalk.calendar, Icon: CalendarOutlined },
    { name: dingtalk.docs, Icon: FileTextOutlined },
    { name: chat.contacts, Icon: ContactsOutlined },
  ],
  readMark: 'word',
  reactions: [],
  ListFoot,
  filters: true,
  topics: false,
  editing: false,
  can: new Set(['files', 'stickers', 'quoting', 'recalling', 'groups', 'reading']),
};

export default function DingtalkWindow({ seat }: { readonly seat: Seat }): ReactNode {
  return <ChatClient seat={seat} manner={DINGTALK} />;
}
