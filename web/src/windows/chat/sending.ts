import { useState } from 'react';
import type { SimResource } from '../../../../src/simulator/contract.ts';
import { upload } from '../../api/client.ts';
import { useErrorWords } from '../../parts/states.tsx';
import { type SeatAction, useSeat } from '../seat.tsx';

/** Where what is written goes. */
export interface Place {
  readonly chat: string;
  readonly topic: { readonly root: string; readonly thread: string | undefined } | undefined;
  readonly replyTo: string | undefined;
}

export interface Sending {
  readonly uploading: boolean;
  readonly text: (text: string) => Promise<void>;
  readonly resource: (resource: SimResource) => Promise<void>;
  readonly upload: (file: File) => Promise<void>;
  readonly sticker: () => Promise<void>;
}

/** A voice whose length nobody knows. */
const VOICE_MS = 2_000;

export function useSending(place: Place, onSent: () => void): Sending {
  const { run, toast } = useSeat();
  const words = useErrorWords();
  const [uploads, setUploads] = useState(0);

  async function send(action: SeatAction): Promise<void> {
    onSent();
    await run(action);
  }
  async function resource(item: SimResource): Promise<void> {
    await send(actionFor(item, whereOf(place)));
  }
  return {
    uploading: uploads > 0,
    text: (text) => send({ type: 'send-text', text, ...whereOf(place) }),
    sticker: () => send({ type: 'send-sticker', ...whereOf(place) }),
    resource,
    async upload(file) {
      setUploads((n) => n + 1);
      try {
        await resource(await upload(file));
      } catch (error) {
        toast({ kind: 'error', text: words(error) });
      } finally {
        setUploads((n) => n - 1);
      }
    },
  };
}

type Where = {
  readonly chat: string;
  readonly thread?: string;
  readonly replyTo?: string;
  readonly inThread?: boolean;
};

/** An answer in a topic that does not exist yet opens it at its first message. */
function whereOf({ chat, topic, replyTo }: Place): Where {
  if (topic === undefined) return { chat, ...(replyTo === undefined ? {} : { replyTo }) };
  if (topic.thread === undefined) return { chat, replyTo: topic.root, inThread: true };
  return replyTo === undefined
    ? { chat, thread: topic.thread }
    : { chat, thread: topic.thread, replyTo, inThread: true };
}

function actionFor({ key, mime }: SimResource, where: Where): SeatAction {
  if (mime.startsWith('image/')) return { type: 'send-image', resource: key, ...where };
  if (mime.startsWith('audio/')) return { type: 'send-audio', resource: key, durationMs: VOICE_MS, ...where };
  if (mime.startsWith('video/')) return { type: 'send-video', resource: key, durationMs: VOICE_MS, ...where };
  return { type: 'send-file', resource: key, ...where };
}
