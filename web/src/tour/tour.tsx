import { CheckCircleFilled, CloseOutlined } from '@ant-design/icons';
import { App, Button, Progress } from 'antd';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { getPreferences, setPreferences, usePreferences } from '../api/preferences.ts';
import { useSim } from '../api/store.ts';
import { EmojiText } from '../parts/emoji.tsx';
import { useFocusKept } from '../parts/keep-focus.ts';
import { useErrorWords } from '../parts/states.tsx';
import { formatMs } from '../text/format.ts';
import { type Texts, type TourStepName, useText } from '../text/index.ts';
import { personAt } from '../windows/seat-kinds.ts';
import { type Deed, onDeed, seating } from '../windows/seats.ts';
import { doStep } from './doing.ts';
import { firstText, isDone, type Mark, type Scene, STEPS, sceneOf } from './steps.ts';

/** Seven things worth trying, watched over: each is ticked off when it has really happened. */
export default function Tour(): ReactNode {
  const t = useText();
  const { tourDone } = usePreferences();
  const list = useRef<HTMLOListElement>(null);
  useFocusKept(list);
  const step = STEPS.find((name) => !tourDone.includes(name));
  const [results, setResults] = useState<Partial<Record<TourStepName, string>>>({});
  const finish = useCallback((name: TourStepName, result: string) => {
    setResults((all) => ({ ...all, [name]: result }));
    const before = getPreferences().tourDone;
    setPreferences({ tourDone: STEPS.filter((one) => one === name || before.includes(one)) });
  }, []);
  // Where to look is shown on the page itself.
  useEffect(() => {
    document.documentElement.dataset['tourStep'] = step ?? '';
    if (step !== undefined) document.querySelector(`[data-tour~="${step}"]`)?.scrollIntoView({ block: 'nearest' });
    return () => {
      delete document.documentElement.dataset['tourStep'];
    };
  }, [step]);
  return (
    <section className="tour" aria-label={t.tour.title}>
      <header>
        <h2>{t.tour.title}</h2>
        <small>{t.tour.progress(tourDone.length, STEPS.length)}</small>
        <button
          type="button"
          className="im-icon-button"
          aria-label={t.tour.skip}
          title={t.tour.skip}
          onClick={() => setPreferences({ tourHidden: true })}
        >
          <CloseOutlined />
        </button>
      </header>
      <Progress
        percent={(tourDone.length / STEPS.length) * 100}
        showInfo={false}
        size="small"
        aria-label={t.tour.title}
      />
      <ol ref={list}>
        {STEPS.map((name) => (
          <li
            key={name}
            ref={name === step ? showStep : undefined}
            data-state={tourDone.includes(name) ? 'done' : name === step ? 'now' : 'later'}
            aria-current={name === step ? 'step' : undefined}
          >
            <StepHead name={name} done={tourDone.includes(name)} result={results[name]} />
            {name === step && <StepBody key={name} name={name} onFinish={finish} />}
          </li>
        ))}
      </ol>
      {step === undefined && (
        <div className="tour-end">
          <strong>{t.tour.doneTitle}</strong>
          <p>{t.tour.doneText}</p>
          <Button size="small" onClick={() => setPreferences({ tourDone: [] })}>
            {t.tour.again}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Keeps the step that is due in sight. */
function showStep(item: HTMLLIElement | null): void {
  item?.scrollIntoView({ block: 'nearest' });
}

function StepHead({
  name,
  done,
  result,
}: {
  readonly name: TourStepName;
  readonly done: boolean;
  readonly result: string | undefined;
}): ReactNode {
  const t = useText();
  return (
    <span className="tour-head">
      {done ? (
        <CheckCircleFilled aria-label={t.tour.results.done} />
      ) : (
        <i aria-hidden="true">{STEPS.indexOf(name) + 1}</i>
      )}
      <b>
        <EmojiText text={t.tour.steps[name][0]} />
      </b>
      {done && result !== undefined && <small>{result}</small>}
    </span>
  );
}

function StepBody({
  name,
  onFinish,
}: {
  readonly name: TourStepName;
  readonly onFinish: (name: TourStepName, result: string) => void;
}): ReactNode {
  const t = useText();
  const { message } = App.useApp();
  const words = useErrorWords();
  const scene = useScene();
  const mark = useMark();
  const [busy, setBusy] = useState(false);
  const done = scene !== undefined && isDone(name, scene, mark);

  useEffect(() => {
    if (done) onFinish(name, resultOf(name, scene, mark, t));
    // Once is enough: what the words say later does not matter.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [done]);

  async function doIt(): Promise<void> {
    if (scene === undefined) return;
    setBusy(true);
    await doStep(name, scene, t).catch((error: unknown) => void message.error(words(error)));
    setBusy(false);
  }
  return (
    <div className="tour-body">
      <p>
        <EmojiText text={t.tour.steps[name][1]} />
      </p>
      {name === 'window' && <p className="tour-note">{t.tour.windowNote}</p>}
      <span>
        <Button size="small" type="primary" loading={busy} onClick={() => void doIt()}>
          {busy ? t.tour.working : t.tour.doIt}
        </Button>
        <Button size="small" type="text" onClick={() => onFinish(name, '')}>
          {t.tour.skipStep}
        </Button>
      </span>
    </div>
  );
}

function useScene(): Scene | undefined {
  const sim = useSim((all) => all);
  const person = personAt('desktop', seating.use(), sim);
  return person === undefined ? undefined : sceneOf(sim, person.id);
}

/** Where the step began, and what has been done at the windows since. */
function useMark(): Mark {
  const kills = useSim((sim) => sim.gateway.kills);
  const [mark, setMark] = useState<Mark>(() => ({ kills, deeds: [] }));
  useEffect(() => onDeed((deed: Deed) => setMark((before) => ({ ...before, deeds: [...before.deeds, deed] }))), []);
  return mark;
}

function resultOf(name: TourStepName, scene: Scene, mark: Mark, t: Texts): string {
  const { results } = t.tour;
  switch (name) {
    case 'ask': {
      const ms = firstText(scene);
      return ms === undefined ? results.done : results.answered(formatMs(ms));
    }
    case 'twice':
      return results.twice;
    case 'kill':
      return scene.sim.gateway.recoveredMs === undefined
        ? results.done
        : results.recovered(formatMs(scene.sim.gateway.recoveredMs));
    case 'forge': {
      const forged = mark.deeds.findLast(({ action }) => action.type === 'forge')?.result;
      return forged?.ok === true && forged.status !== undefined ? results.refused(forged.status) : results.done;
    }
    default:
      return results.done;
  }
}
