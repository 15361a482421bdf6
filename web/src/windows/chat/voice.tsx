import { PauseCircleFilled, PlayCircleFilled } from '@ant-design/icons';
import { type CSSProperties, type ReactNode, useEffect, useRef, useState } from 'react';
import type { SimResource } from '../../../../src/simulator/contract.ts';
import { useText } from '../../text/index.ts';

interface VoiceProps {
  readonly audio: SimResource;
  readonly durationMs: number;
}

/** Heights of the little bars, in percent; a voice has no other picture here. */
const BARS = [40, 70, 55, 90, 60, 35, 75, 100, 65, 45, 80, 50, 70, 40];

/** A voice message. Where the browser cannot play the format, its time passes silently. */
export function Voice({ audio, durationMs }: VoiceProps): ReactNode {
  const t = useText();
  const player = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const seconds = Math.max(1, Math.round(durationMs / 1_000));

  useEffect(() => {
    if (!playing) return undefined;
    const timer = setTimeout(() => setPlaying(false), durationMs);
    return () => clearTimeout(timer);
  }, [playing, durationMs]);

  function toggle(): void {
    setPlaying(!playing);
    if (playing) player.current?.pause();
    else void player.current?.play().catch(() => undefined);
  }
  return (
    <span className="im-voice" data-playing={playing} style={{ '--long': `${durationMs}ms` } as CSSProperties}>
      <audio ref={player} src={audio.url} preload="none">
        <track kind="captions" />
      </audio>
      <button type="button" aria-label={playing ? t.chat.voicePause : t.chat.voicePlay(seconds)} onClick={toggle}>
        {playing ? <PauseCircleFilled /> : <PlayCircleFilled />}
      </button>
      <span className="im-wave" aria-hidden="true">
        {BARS.map((height, index) => (
          <i key={index} style={{ height: `${height}%` }} />
        ))}
      </span>
      <span>{seconds}″</span>
    </span>
  );
}
