interface Doing {
  readonly platform: 'wecom';
  /** `SimPerson.id` */
  readonly person: string;
}

/**
 * What people do in WeCom beside {@link SimAction}. There, too, WeCom has its own way with some: in a chat of customer
 * service a servicer's `send-text` is her answer; `press` takes the button's key as `value` and what was chosen by
 * `question_key` as `formValue`; `enter` with an open_kfid opens an account's chat.
 */
export type SimWecomAction =
  | (Doing & {
      readonly type: 'send-location';
      readonly chat: string;
      readonly latitude: number;
      readonly longitude: number;
      readonly label: string;
    })
  | (Doing & {
      readonly type: 'send-link';
      readonly chat: string;
      readonly title: string;
      readonly url: string;
      readonly description?: string;
    })
  /** On a message with `SimMessage.feedback`. Reasons: 1 irrelevant, 2 incomplete, 3 wrong, 4 wrong analysis. */
  | (Doing & {
      readonly type: 'feedback';
      readonly message: string;
      readonly rating: 'accurate' | 'inaccurate' | 'cancelled';
      readonly text?: string;
      readonly reasons?: readonly number[];
    })
  /** A customer adds an employee to her contacts. */
  | (Doing & { readonly type: 'add-contact'; readonly member: string; readonly app?: string })
  /** What a servicer does with a customer: take her out of the pool, hand her on (`to`), end, begin again. */
  | (Doing & {
      readonly type: 'serve';
      readonly act: 'pick' | 'transfer' | 'end' | 'reopen';
      readonly customer: string;
      readonly account?: string;
      readonly to?: string;
    })
  /** A customer presses an entry of a menu; `item` is its place in the menu's list. */
  | (Doing & { readonly type: 'choose'; readonly message: string; readonly item: number })
  /** A servicer goes on or off duty. */
  | (Doing & { readonly type: 'duty'; readonly onDuty: boolean; readonly account?: string });

/** Which of a vendor's ways in and out an app stands for. */
export type SimSurface = 'app' | 'bot' | 'kf' | 'robot';

/**
 * Who answers the customer of a chat.
 * 0 nobody yet, 1 the bot, 2 waiting in the pool, 3 a person (`servicer`), 4 ended or not begun.
 */
export interface SimService {
  readonly state: 0 | 1 | 2 | 3 | 4;
  /** `SimPerson.id` */
  readonly servicer?: string;
}

/** One who serves customers. */
export interface SimServicer {
  /** `SimPerson.id` */
  readonly person: string;
  readonly onDuty: boolean;
}
