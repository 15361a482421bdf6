import { CaretRightOutlined } from '@ant-design/icons';
import { memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { PlatformKind, SimMessage, TraceEvent } from '../../../src/simulator/contract.ts';
import { usePreferences } from '../api/preferences.ts';
import { keyOf, type SimState } from '../api/state.ts';
import { useSim } from '../api/store.ts';
import { EmojiText } from '../parts/emoji.tsx';
import { holdPressed } from '../parts/hold.ts';
import { later } from '../parts/later.tsx';
import { Nothing } from '../parts/states.tsx';
import { formatClock, formatMs } from '../text/format.ts';
import { type Texts, useText } from '../text/index.ts';
import { previewOf } from '../windows/chat/messages.ts';
import { useFaceOf } from '../windows/chat/names.ts';
import { chosenWay } from './chosen.ts';
import { type Way, type WayStep, wayOf } from './way.ts';

const WayDetail = later(() => import('./way-detail.tsx'));

const PLATFORMS: readonly PlatformKind[] = ['feishu', 'wecom', 'dingtalk'];

/** Ways that are listed; older ones are found by their message. */
const LISTED = 30;

/** Each message's way through the gateway, the newest or the chosen one in full. */
export function WayPanel(): ReactNode {
  const t = useText();
  const traces = useSim((sim) => sim.traces);
  const chosen = chosenWay.use();
  const [detail, setDetail] = useState<string>();
  useEffect(() => WayDetail.fetchAhead(), []);
  const list = useRef<HTMLOListElement>(null);
  const isEmpty = traces.size === 0;
  // What comes in next stands above what somebody is about to press.
  useEffect(() => {
    if (isEmpty || list.current === null) return undefined;
    const hold = holdPressed(list.current);
    return () => hold.end();
  }, [isEmpty]);
  const keys = useMemo(() => keysOf(traces), [traces]);
  const wanted = chosen === undefined ? undefined : keyOfMessage(traces, chosen);
  const open = wanted ?? keys.find((key) => isAboutMessage(traces.get(key))) ?? keys[0];
  const shown = open === undefined || keys.includes(open) ? keys : [open, ...keys];
  if (shown.length === 0) return <Nothing text={t.way.empty} />;
  return (
    <>
      <ol className="ways" ref={list}>
        {shown.map((key) => (
          <WayItem key={key} id={key} events={traces.get(key) ?? []} open={key === open} onDetail={setDetail} />
        ))}
      </ol>
      {detail !== undefined && <WayDetail events={traces.get(detail) ?? []} onClose={() => setDetail(undefined)} />}
    </>
  );
}

type Traces = ReadonlyMap<string, readonly TraceEvent[]>;

/** Newest first: messages and presses. That somebody opened a chat has a way too, but nobody asks for it. */
function keysOf(traces: Traces): string[] {
  const told = [...traces].filter(
    ([, events]) => isAboutMessage(events) || events.some(({ detail }) => detail?.['act'] !== undefined),
  );
  return told
    .map(([key]) => key)
    .toReversed()
    .slice(0, LISTED);
}

function isAboutMessage(events: readonly TraceEvent[] | undefined): boolean {
  return events?.some(({ message }) => message !== undefined) === true;
}

function keyOfMessage(traces: Traces, message: string): string | undefined {
  for (const [key, events] of traces) if (events.some((event) => event.message === message)) return key;
  return undefined;
}

interface WayItemProps {
  readonly id: string;
  readonly events: readonly TraceEvent[];
  readonly open: boolean;
  readonly onDetail: (key: string) => void;
}

const WayItem = memo(function WayItem({ id, events, open, onDetail }: WayItemProps): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const way = useMemo(() => wayOf(id, events), [id, events]);
  const title = useTitle(way);
  return (
    <li className="way" data-open={open} data-state={way.state}>
      <button
        type="button"
        className="way-head"
        aria-label={t.way.open(title)}
        aria-current={open ? 'true' : undefined}
        onClick={() => (open ? onDetail(id) : chosenWay.set(way.message ?? id))}
      >
        <time>{formatClock(way.startedAt, lang)}</time>
        <span title={title}>
          <EmojiText text={title} />
        </span>
        <b>{way.state === 'running' ? t.way.running : `${t.way.total} ${formatMs(way.totalMs)}`}</b>
      </button>
      {open && (
        <button type="button" className="way-steps" aria-label={t.way.details} onClick={() => onDetail(id)}>
          {way.steps.map((step, index) => (
            // Steps are only added at the end
            <Step key={index} step={step} last={index === way.steps.length - 1 && way.state === 'running'} />
          ))}
        </button>
      )}
    </li>
  );
});

interface StepProps {
  readonly step: WayStep;
  readonly last: boolean;
}

/** A way is worked out anew with each of its events; most of its steps say what they have said before. */
const Step = memo(
  function Step({ step, last }: StepProps): ReactNode {
    const t = useText();
    return (
      <span className="way-step" data-step={step.name} data-last={last}>
        <CaretRightOutlined aria-hidden="true" />
        {stepName(step, t)}
        {step.ms !== undefined && <i>{formatMs(step.ms)}</i>}
      </span>
    );
  },
  (before, now) => before.last === now.last && sameStep(before.step, now.step),
);

function sameStep(one: WayStep, other: WayStep): boolean {
  return one.name === other.name && one.ms === other.ms && one.count === other.count;
}

function stepName({ name, count }: WayStep, t: Texts): string {
  return name === 'frame' ? t.way.frames(count) : (t.way.steps[name] ?? name);
}

/** What was written, by whom; the event's key while the message is unknown. */
function useTitle(way: Way): string {
  const t = useText();
  const faceOf = useFaceOf();
  const message = useSim((sim) => (way.message === undefined ? undefined : findMessage(sim, way.message)));
  if (message === undefined)
    return way.act === undefined ? t.way.event(way.key.slice(-8)) : (t.way.acts[way.act] ?? way.act);
  return `${faceOf(message.from).name}: ${previewOf(message, t)}`;
}

/** The gateway does not say on which platform a message stands; its id does. */
function findMessage(sim: SimState, id: string): SimMessage | undefined {
  for (const platform of PLATFORMS) {
    const message = sim.messages.get(keyOf(platform, id));
    if (message !== undefined) return message;
  }
  return undefined;
}
