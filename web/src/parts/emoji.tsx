import { Fragment, type ReactNode } from 'react';
import { usePreferences } from '../api/preferences.ts';
import { EMOJI, type EmojiName, emojiOfChar, emojiOfVendor, splitByEmoji } from './emoji-names.ts';

/** Our own little pictures, so that the page looks alike on machines with and without an emoji font. */
const PICTURES: Readonly<Record<EmojiName, ReactNode>> = {
  up: <Thumb />,
  down: (
    <g transform="rotate(180 12 12)">
      <Thumb />
    </g>
  ),
  heart: (
    <path
      d="M12 20.5C5 15.6 2.5 12.3 2.5 8.7 2.5 6 4.6 4 7.2 4c1.9 0 3.7 1 4.8 2.8C13.1 5 14.9 4 16.8 4c2.6 0 4.7 2 4.7 4.7 0 3.6-2.5 6.9-9.5 11.8z"
      fill="#f0475a"
    />
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="4.500" fill="#6b8fc9" />
      <path d="M3.500 21c.4-5.200 3.900-7.800 8.500-7.800s8.100 2.600 8.500 7.800z" fill="#6b8fc9" />
    </>
  ),
  smile: <Face mouth="M7.5 13.5c1.2 2.6 2.8 3.6 4.5 3.6s3.3-1 4.5-3.6z" fill />,
  grin: <Face mouth="M7.5 14c1.3 1.9 2.8 2.6 4.5 2.6s3.2-.7 4.5-2.6" />,
  think: <Face mouth="M9 16c2-.9 4-.9 6 .3" brow />,
  thought: (
    <>
      <path
        d="M7 15.5a4.3 4.3 0 0 1-.6-8.5 6 6 0 0 1 11.3 1 4 4 0 0 1-.7 7.5z"
        fill="#e6edf9"
        stroke="#7d94bd"
        strokeWidth="1.2"
      />
      <circle cx="7" cy="18.5" r="1.7" fill="#c5d3ec" />
      <circle cx="4" cy="21.3" r="1" fill="#c5d3ec" />
    </>
  ),
  sad: <Face mouth="M8 16.7c1.2-1.6 2.5-2.2 4-2.2s2.8.6 4 2.2" />,
  wave: <Hand rotate={-18} />,
  clap: (
    <>
      <Hand rotate={14} />
      <path d="M18.5 3l1-1.7M21 5.3l1.7-.8M16 2.5V.8" stroke="#f0a52b" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  pray: (
    <path
      d="M11.5 3.5 7 13.5l-3 2.5 3.5 5 4-3.5zM12.5 3.5l4.5 10 3 2.5-3.5 5-4-3.5z"
      fill="#ffc53d"
      stroke="#d48806"
      strokeWidth=".8"
      strokeLinejoin="round"
    />
  ),
  party: (
    <>
      <path d="M3 21 8 8.5l7.5 7.5z" fill="#ffb629" />
      <path
        d="M12 7c.5-2 .2-3.5-1-5M16.5 12c2-.6 3.5-.4 5 .8M14 9.5l5-6"
        stroke="#e5484d"
        strokeWidth="1.6"
        fill="none"
        strokeLinecap="round"
      />
      <circle cx="19.5" cy="8" r="1.2" fill="#3e8bff" />
      <circle cx="15.5" cy="4" r="1.1" fill="#30a46c" />
    </>
  ),
  done: (
    <>
      <rect x="2.5" y="2.5" width="19" height="19" rx="5" fill="#2ea44f" />
      <path
        d="m7 12.5 3.5 3.5L17.2 8.8"
        fill="none"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  ),
  cross: (
    <>
      <circle cx="12" cy="12" r="9.5" fill="#e5484d" />
      <path d="m8.5 8.5 7 7m0-7-7 7" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
    </>
  ),
  warn: (
    <>
      <path d="M12 2.8 22.3 20.5H1.7z" fill="#ffb629" stroke="#ffb629" strokeWidth="1.6" strokeLinejoin="round" />
      <path d="M12 9v5.5" stroke="#5c3b00" strokeWidth="2.2" strokeLinecap="round" />
      <circle cx="12" cy="17.6" r="1.3" fill="#5c3b00" />
    </>
  ),
  bulb: (
    <>
      <path d="M12 2.5a6.6 6.6 0 0 0-3.8 12c.7.5.8 1.1.8 2h6c0-.9.1-1.5.8-2a6.6 6.6 0 0 0-3.8-12z" fill="#ffcf3f" />
      <path d="M9.5 18.5h5M10 20.7h4" stroke="#8b95a5" strokeWidth="1.7" strokeLinecap="round" />
    </>
  ),
  fire: (
    <path
      d="M12.5 1.5c.6 3.8 6.5 6.5 6.5 12.5a7 7 0 0 1-14 0c0-2.8 1.2-4.8 2.8-6.3.1 1.5.7 2.7 1.8 3.3-.4-3.5.4-7 2.9-9.5z"
      fill="#ff7a2f"
    />
  ),
  again: <Stroke d="M19.5 9A8 8 0 1 0 20 13.5M20 4v5h-5" color="#3e8bff" />,
  stop: (
    <>
      <circle cx="12" cy="12" r="9.5" fill="#e5484d" />
      <rect x="8.2" y="8.2" width="7.6" height="7.6" rx="1.2" fill="#fff" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="9" fill="#eef3fb" stroke="#5b7db5" strokeWidth="1.6" />
      <path d="M12 7v5.3l3.4 2" fill="none" stroke="#37598f" strokeWidth="1.8" strokeLinecap="round" />
    </>
  ),
  paper: (
    <>
      <path d="M5.5 2.5h9l4.5 4.7v14.3h-13.5z" fill="#e8effb" stroke="#6b8fc9" strokeWidth="1.2" />
      <path d="M8.5 10h7M8.5 13.5h7M8.5 17h4.5" stroke="#6b8fc9" strokeWidth="1.3" strokeLinecap="round" />
    </>
  ),
  books: (
    <>
      <rect x="3.5" y="4" width="5" height="16.5" rx="1" fill="#e5484d" />
      <rect x="9" y="6" width="4.5" height="14.5" rx="1" fill="#3e8bff" />
      <path d="m14.3 6.8 4.2-1.1 3.8 14-4.2 1.1z" fill="#30a46c" />
    </>
  ),
  clip: (
    <Stroke
      d="M18.5 11.5 11 19a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-7.8 7.7a1.5 1.5 0 0 1-2.2-2.2l7-6.9"
      color="#7b8794"
    />
  ),
  search: <Stroke d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 21 21" color="#5b7db5" />,
  spark: (
    <path
      d="M12 2c.9 5.3 3.4 8.3 9 9.5-5.6 1.2-8.1 4.2-9 10.5-.9-6.3-3.4-9.3-9-10.5 5.6-1.2 8.1-4.2 9-9.5z"
      fill="#8a63f0"
    />
  ),
};

/** One picture, as high as the text around it. */
export function Emoji({ name }: { readonly name: EmojiName }): ReactNode {
  const { lang } = usePreferences();
  return (
    <svg className="emoji" viewBox="0 0 24 24" role="img" aria-label={EMOJI[name][lang]}>
      {PICTURES[name]}
    </svg>
  );
}

/** A reaction or an `:EMOJI:` by the vendor's name; a name we have no picture of is shown as it is called. */
export function VendorEmoji({ name }: { readonly name: string }): ReactNode {
  const known = emojiOfVendor(name);
  return known === undefined ? <span className="emoji-name">[{name}]</span> : <Emoji name={known} />;
}

/** Text in which the emoji that we have pictures of are pictures. */
export function EmojiText({ text }: { readonly text: string }): ReactNode {
  const pieces = splitByEmoji(text);
  if (pieces.length === 1 && pieces[0] === text) return text;
  return pieces.map((piece, index) => {
    const name = emojiOfChar(piece);
    return <Fragment key={index}>{name === undefined ? piece : <Emoji name={name} />}</Fragment>;
  });
}

function Thumb(): ReactNode {
  return (
    <>
      <path
        d="M8 10.2 11.4 3c1.7 0 2.9 1.2 2.9 2.9V9h4.5c1.5 0 2.5 1.3 2.2 2.7l-1.3 6.9a2.3 2.3 0 0 1-2.3 1.9H8z"
        fill="#ffc53d"
        stroke="#c98a00"
        strokeWidth="1"
        strokeLinejoin="round"
      />
      <rect x="2.8" y="10" width="4.2" height="10.5" rx="1.2" fill="#3e8bff" />
    </>
  );
}

function Face({
  mouth,
  fill = false,
  brow = false,
}: {
  readonly mouth: string;
  readonly fill?: boolean;
  readonly brow?: boolean;
}): ReactNode {
  return (
    <>
      <circle cx="12" cy="12" r="9.6" fill="#ffcc4d" />
      <circle cx="8.6" cy="10" r="1.3" fill="#5c3b00" />
      <circle cx="15.4" cy="10" r="1.3" fill="#5c3b00" />
      {brow && (
        <path d="M13.6 6.9c1.2-.7 2.5-.7 3.6 0" stroke="#5c3b00" strokeWidth="1.2" fill="none" strokeLinecap="round" />
      )}
      <path
        d={mouth}
        fill={fill ? '#7a2e00' : 'none'}
        stroke="#5c3b00"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </>
  );
}

function Hand({ rotate }: { readonly rotate: number }): ReactNode {
  return (
    <path
      transform={`rotate(${rotate} 12 12)`}
      d="M7 12.5V6.2a1.4 1.4 0 0 1 2.8 0v-1.5a1.4 1.4 0 0 1 2.8 0v1.1a1.4 1.4 0 0 1 2.8 0v1.7a1.4 1.4 0 0 1 2.8 0v7.2c0 3.9-2.4 6.6-6.1 6.6-3 0-4.8-1.4-6.2-4.2l-2-4a1.4 1.4 0 0 1 2.4-1.4z"
      fill="#ffc53d"
      stroke="#c98a00"
      strokeWidth=".9"
      strokeLinejoin="round"
    />
  );
}

function Stroke({ d, color }: { readonly d: string; readonly color: string }): ReactNode {
  return <path d={d} fill="none" stroke={color} strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />;
}
