import { type CSSProperties, createContext, memo, type ReactNode, useContext, useState } from 'react';
import type { SimResource } from '../../../../src/simulator/contract.ts';
import { usePreferences } from '../../api/preferences.ts';
import { formatDateTime } from '../../text/format.ts';
import { useText } from '../../text/index.ts';
import { CodeBlock } from '../code-block.tsx';
import { EmojiText, VendorEmoji } from '../emoji.tsx';
import { KeepSelection } from '../keep-selection.tsx';
import { Picture } from '../picture.tsx';
import { type KeyedBlocks, keyBlocks } from './block-keys.ts';
import type { Block, Inline } from './nodes.ts';
import { type Dialect, type Parsed, parseGrown } from './parse.ts';
import { TableView } from './table.tsx';

/** What a text needs to know of the world around it. */
export interface MarkdownWorld {
  /** The name behind a vendor's id; the id itself when nobody has it. */
  readonly nameOf: (id: string) => string;
  readonly imageOf: (key: string) => SimResource | undefined;
}

export const MarkdownContext = createContext<MarkdownWorld>({ nameOf: (id) => id, imageOf: () => undefined });

interface MarkdownProps {
  readonly text: string;
  readonly dialect?: Dialect;
  /** Shows the cursor behind the last word. */
  readonly typing?: boolean;
}

export function Markdown({ text, dialect = 'full', typing = false }: MarkdownProps): ReactNode {
  const [read, setRead] = useState(() => readOn(undefined, text, dialect));
  const now = read.text === text ? read : readOn(read, text, dialect);
  if (now !== read) setRead(now);
  return (
    <KeepSelection>
      <div className="md" data-typing={typing}>
        {now.blocks.map(({ source, block }, index) => (
          <TopBlock key={now.keys[index]} source={source} block={block} />
        ))}
      </div>
    </KeepSelection>
  );
}

function readOn(before: (Parsed & KeyedBlocks) | undefined, text: string, dialect: Dialect): Parsed & KeyedBlocks {
  return { text, ...keyBlocks(before, parseGrown(before, text, dialect).blocks) };
}

/** Rendered again only when its own text has changed. */
const TopBlock = memo(
  function TopBlock({ block }: { readonly source: string; readonly block: Block }): ReactNode {
    return <BlockView block={block} />;
  },
  (before, after) => before.source === after.source && before.block.kind === after.block.kind,
);

function BlockView({ block }: { readonly block: Block }): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return <p>{inlines(block.children)}</p>;
    case 'heading': {
      // The page has its own headings; these are a message's, one step below.
      return (
        <div role="heading" aria-level={Math.min(6, block.level + 3)} className={`md-h md-h${block.level}`}>
          {inlines(block.children)}
        </div>
      );
    }
    case 'list':
      return <ListView block={block} />;
    case 'quote':
      return <blockquote>{blocksOf(block.children)}</blockquote>;
    case 'code':
      return <CodeBlock language={block.language} text={block.text} />;
    case 'table':
      return <TableView block={block} cell={inlines} />;
    case 'rule':
      return <hr />;
  }
}

function ListView({ block }: { readonly block: Extract<Block, { kind: 'list' }> }): ReactNode {
  const items = block.items.map((item, index) => <li key={index}>{blocksOf(item)}</li>);
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
}

function blocksOf(blocks: readonly Block[]): ReactNode {
  return blocks.map((block, index) => <BlockView key={index} block={block} />);
}

function inlines(nodes: readonly Inline[]): ReactNode {
  return nodes.map((node, index) => <InlineView key={index} node={node} />);
}

function InlineView({ node }: { readonly node: Inline }): ReactNode {
  switch (node.kind) {
    case 'text':
      return <EmojiText text={node.text} />;
    case 'strong':
      return <strong>{inlines(node.children)}</strong>;
    case 'em':
      return <em>{inlines(node.children)}</em>;
    case 'strike':
      return <s>{inlines(node.children)}</s>;
    case 'code':
      return <code>{node.text}</code>;
    case 'link':
      return <LinkView href={node.href}>{inlines(node.children)}</LinkView>;
    case 'image':
      return <ImageView image={node.key} alt={node.alt} />;
    case 'break':
      return <br />;
    case 'call':
      return <span className="mention">@{inlines(node.children)}</span>;
    case 'font':
      return (
        <span data-color={node.color} style={hueOf(node.color)}>
          {inlines(node.children)}
        </span>
      );
    case 'tag':
      return (
        <span className="md-tag" data-color={node.color}>
          {inlines(node.children)}
        </span>
      );
    case 'at':
      return <Mention id={node.id} />;
    case 'emoji':
      return <VendorEmoji name={node.name} />;
    case 'time':
      return <TimeView at={node.at} />;
  }
}

/** Vendors name their colours, or write them out. */
function hueOf(color: string): CSSProperties | undefined {
  return /^#[\da-f]{3,8}$/i.test(color) ? ({ '--hue': color } as CSSProperties) : undefined;
}

function LinkView({ href, children }: { readonly href: string | undefined; readonly children: ReactNode }): ReactNode {
  if (href === undefined) return <span className="md-dead-link">{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

function ImageView({ image, alt }: { readonly image: string; readonly alt: string }): ReactNode {
  const { imageOf } = useContext(MarkdownContext);
  const t = useText();
  const resource = imageOf(image);
  if (resource === undefined) return <span className="md-missing">{t.card.imageMissing(image)}</span>;
  return <Picture resource={resource} alt={alt} />;
}

function Mention({ id }: { readonly id: string }): ReactNode {
  const { nameOf } = useContext(MarkdownContext);
  const t = useText();
  return <span className="mention">@{id === 'all' ? t.chat.everyone : nameOf(id)}</span>;
}

function TimeView({ at }: { readonly at: number }): ReactNode {
  const { lang } = usePreferences();
  return <time dateTime={new Date(at).toISOString()}>{formatDateTime(at, lang)}</time>;
}
