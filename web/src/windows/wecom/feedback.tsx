import { DislikeFilled, DislikeOutlined, LikeFilled, LikeOutlined } from '@ant-design/icons';
import { type ReactNode, useState } from 'react';
import type { SimMessage } from '../../../../src/simulator/contract.ts';
import { createCell } from '../../api/cell.ts';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';

type Rating = 'accurate' | 'inaccurate';

/** What was said of which answer, by person and message; the same in all windows of hers. */
const ratings = createCell<ReadonlyMap<string, Rating>>(new Map());
const REASONS = [1, 2, 3, 4] as const;

/** The client's own thumbs below a bot's answer; the second asks what was wrong. */
export function BotFeedback({ message }: { readonly message: SimMessage }): ReactNode {
  const t = useText();
  const { seat, run, toast } = useSeat();
  const key = `${seat.person.id}:${message.id}`;
  const rating = ratings.use().get(key);
  const [asking, setAsking] = useState(false);
  const { content } = message;
  if (message.feedback !== true || (content.kind === 'markdown' && content.streaming)) return null;

  async function rate(next: Rating | 'cancelled', reasons: readonly number[] = []): Promise<void> {
    setAsking(false);
    const result = await run({
      type: 'feedback',
      message: message.id,
      rating: next,
      ...(reasons.length === 0 ? {} : { reasons }),
    });
    if (result?.ok !== true) return;
    const all = new Map(ratings.get());
    if (next === 'cancelled') all.delete(key);
    else all.set(key, next);
    ratings.set(all);
    if (next !== 'cancelled') toast({ kind: 'success', text: t.wecom.thanks });
  }
  const press = (next: Rating): void => {
    if (rating === next) void rate('cancelled');
    else if (next === 'inaccurate') setAsking(!asking);
    else void rate(next);
  };
  return (
    <div className="wc-feedback" role="group" aria-label={t.wecom.feedback}>
      <Thumb name={t.wecom.accurate} pressed={rating === 'accurate'} onPress={() => press('accurate')}>
        {rating === 'accurate' ? <LikeFilled /> : <LikeOutlined />}
      </Thumb>
      <Thumb name={t.wecom.inaccurate} pressed={rating === 'inaccurate'} onPress={() => press('inaccurate')}>
        {rating === 'inaccurate' ? <DislikeFilled /> : <DislikeOutlined />}
      </Thumb>
      {asking && (
        <span className="wc-reasons" role="group" aria-label={t.wecom.whatWasWrong}>
          <small>{t.wecom.whatWasWrong}</small>
          {REASONS.map((reason) => (
            <button key={reason} type="button" onClick={() => void rate('inaccurate', [reason])}>
              {t.wecom.reasons[reason]}
            </button>
          ))}
        </span>
      )}
    </div>
  );
}

interface ThumbProps {
  readonly name: string;
  readonly pressed: boolean;
  readonly onPress: () => void;
  readonly children: ReactNode;
}

function Thumb({ name, pressed, onPress, children }: ThumbProps): ReactNode {
  const t = useText();
  return (
    <button
      type="button"
      aria-label={name}
      aria-pressed={pressed}
      title={pressed ? t.wecom.withdraw : name}
      onClick={onPress}
    >
      {children}
    </button>
  );
}
