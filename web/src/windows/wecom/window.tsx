import type { ReactNode } from 'react';
import { ChatClient } from '../chat/client.tsx';
import type { Seat } from '../seat.tsx';
import { kindOf, type SeatId } from '../seat-kinds.ts';
import { Desk } from './desk.tsx';
import { WECHAT, WECOM } from './manners.tsx';
import './wecom.css';

/** WeCom has three clients: an employee's, the desk of who serves customers, and the customer's own, which is WeChat. */
export default function WecomWindow({ seat }: { readonly seat: Seat }): ReactNode {
  const { who } = kindOf(seat.id as SeatId);
  if (who === 'servicer') return <Desk seat={seat} />;
  return <ChatClient seat={seat} manner={who === 'customer' ? WECHAT : WECOM} />;
}
