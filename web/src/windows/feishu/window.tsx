import {
  AppstoreOutlined,
  CalendarOutlined,
  ContactsOutlined,
  FileTextOutlined,
  MessageFilled,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { REACTIONS } from '../../parts/emoji-names.ts';
import { ChatClient } from '../chat/client.tsx';
import type { Manner } from '../chat/manner.tsx';
import type { Seat } from '../seat.tsx';
import { Card } from './card/card.tsx';
import './feishu.css';

const FEISHU: Manner = {
  Card,
  markdown: 'full',
  filters: false,
  places: ({ chat, feishu }) => [
    { name: chat.message, Icon: MessageFilled },
    { name: feishu.calendar, Icon: CalendarOutlined },
    { name: feishu.docs, Icon: FileTextOutlined },
    { name: chat.contacts, Icon: ContactsOutlined },
    { name: chat.workbench, Icon: AppstoreOutlined },
  ],
  readMark: 'ring',
  reactions: REACTIONS,
  topics: true,
  editing: true,
  can: new Set(['files', 'stickers', 'quoting', 'recalling', 'groups', 'reading']),
};

export function FeishuWindow({ seat }: { readonly seat: Seat }): ReactNode {
  return <ChatClient seat={seat} manner={FEISHU} />;
}
