import { FileImageOutlined, FileOutlined, FilePdfOutlined, FileTextOutlined, FileZipOutlined } from '@ant-design/icons';
import { type ComponentType, Fragment, type ReactNode, useMemo } from 'react';
import type { PostNode, SimContent, SimMention, SimMessage, SimResource } from '../../../../src/simulator/contract.ts';
import { Boundary } from '../../parts/boundary.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';
import { EmojiText, VendorEmoji } from '../../parts/emoji.tsx';
import { Markdown, MarkdownContext, type MarkdownWorld } from '../../parts/markdown/view.tsx';
import { Picture } from '../../parts/picture.tsx';
import { formatBytes } from '../../text/format.ts';
import { useText } from '../../text/index.ts';
import { type MarkdownContent, type OtherContent, type Press, useManner } from './manner.tsx';
import { useNameOf } from './names.ts';
import { Voice } from './voice.tsx';

interface ContentProps {
  readonly message: SimMessage;
  readonly press: Press;
}

export function Content({ message, press }: ContentProps): ReactNode {
  const { Other: Own = Unknown, Rich } = useManner();
  const { content } = message;
  switch (content.kind) {
    case 'text':
      return <Text text={content.text} mentions={content.mentions} />;
    case 'markdown':
      return Rich === undefined ? <MarkdownText content={content} /> : <Rich content={content} />;
    case 'post':
      return <Post content={content} />;
    case 'image':
      return <Picture resource={content.image} alt="" />;
    case 'file':
      return <FileCard file={content.file} />;
    case 'audio':
      return <Voice audio={content.audio} durationMs={content.durationMs} />;
    case 'video':
      return (
        <video className="im-video" src={content.video.url} controls preload="metadata" aria-label={content.video.name}>
          <track kind="captions" />
        </video>
      );
    case 'card':
      return <CardContent content={content} press={press} />;
    case 'divider':
      return content.text;
    case 'other':
      return <Own message={message} content={content} />;
  }
}

function MarkdownText({ content }: { readonly content: MarkdownContent }): ReactNode {
  const { markdown } = useManner();
  const nameOf = useNameOf();
  const { images = {}, text, streaming } = content;
  const world = useMemo<MarkdownWorld>(() => ({ nameOf, imageOf: (key) => images[key] }), [nameOf, images]);
  return (
    <MarkdownContext value={world}>
      <Markdown text={text} dialect={markdown} typing={streaming} />
    </MarkdownContext>
  );
}

function CardContent({
  content,
  press,
}: {
  readonly content: Extract<SimContent, { kind: 'card' }>;
  readonly press: Press;
}): ReactNode {
  const t = useText();
  const nameOf = useNameOf();
  const { Card } = useManner();
  const { card } = content;
  return (
    <Boundary version={card} instead={() => <div className="im-unknown">{t.card.broken}</div>}>
      <Card card={card} nameOf={nameOf} press={press} />
    </Boundary>
  );
}

function Text({ text, mentions }: { readonly text: string; readonly mentions: readonly SimMention[] }): ReactNode {
  return (
    <span className="im-plain">
      {splitText(text, mentions).map((piece, index) => (
        <Fragment key={index}>{piece}</Fragment>
      ))}
    </span>
  );
}

const URL_PATTERN = /(https?:\/\/[^\s<>"'，。！？、）]+)/;

function splitText(text: string, mentions: readonly SimMention[]): ReactNode[] {
  const names = new Map(mentions.map(({ key, name }) => [key, name]));
  // Longer keys first: @_user_1 is the beginning of @_user_12.
  const keys = [...names.keys()]
    .toSorted((a, b) => b.length - a.length)
    .map((key) => key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pieces = keys.length === 0 ? [text] : text.split(new RegExp(`(${keys.join('|')})`));
  return pieces.flatMap((piece) => {
    const name = names.get(piece);
    if (name !== undefined)
      return [
        <span className="mention" key={piece}>
          @{name}
        </span>,
      ];
    return piece.split(URL_PATTERN).map((part) =>
      URL_PATTERN.test(part) ? (
        <a key={part} href={part} target="_blank" rel="noreferrer noopener">
          {part}
        </a>
      ) : (
        <EmojiText key={part} text={part} />
      ),
    );
  });
}

function Post({ content }: { readonly content: Extract<SimContent, { kind: 'post' }> }): ReactNode {
  return (
    <div className="im-post">
      {content.title !== '' && <strong>{content.title}</strong>}
      {content.paragraphs.map((nodes, line) => (
        <div key={line}>
          {nodes.map((node, index) => (
            <PostPiece key={index} node={node} />
          ))}
        </div>
      ))}
    </div>
  );
}

function PostPiece({ node }: { readonly node: PostNode }): ReactNode {
  const text = node.text ?? '';
  switch (node.tag) {
    case 'text':
      return (
        <span data-style={node.style?.join(' ')}>
          <EmojiText text={text} />
        </span>
      );
    case 'a':
      return /^https?:/i.test(node.href ?? '') ? (
        <a href={node.href} target="_blank" rel="noreferrer noopener">
          {text}
        </a>
      ) : (
        text
      );
    case 'at':
      return <span className="mention">@{node.name ?? text}</span>;
    case 'img':
    case 'media':
      return node.image === undefined ? null : <Picture resource={node.image} alt="" />;
    case 'emotion':
      return <VendorEmoji name={node.emoji ?? ''} />;
    case 'hr':
      return <hr />;
    case 'code_block':
      return <CodeBlock language={node.language ?? ''} text={text} />;
    case 'md':
      return <Markdown text={text} />;
  }
}

const FILE_ICONS: readonly (readonly [RegExp, ComponentType])[] = [
  [/pdf$/i, FilePdfOutlined],
  [/(png|jpe?g|gif|webp|svg)$/i, FileImageOutlined],
  [/(zip|gz|tar|rar|7z)$/i, FileZipOutlined],
  [/(txt|md|docx?|csv|log|json)$/i, FileTextOutlined],
];

function FileCard({ file }: { readonly file: SimResource }): ReactNode {
  const t = useText();
  const Icon = FILE_ICONS.find(([pattern]) => pattern.test(file.name))?.[1] ?? FileOutlined;
  return (
    <a className="im-file" href={file.url} download={file.name} aria-label={`${t.chat.download} ${file.name}`}>
      <Icon />
      <span>
        <b>{file.name}</b>
        <small>{formatBytes(file.bytes)}</small>
      </span>
    </a>
  );
}

/** A message of a kind that is not drawn here, as it came. */
export function Unknown({ content: { type, raw } }: { readonly content: OtherContent }): ReactNode {
  const t = useText();
  return (
    <details className="im-unknown">
      <summary>{t.chat.unknownMessage(type)}</summary>
      <pre>{raw}</pre>
    </details>
  );
}
