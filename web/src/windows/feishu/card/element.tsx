import { type CSSProperties, memo, type ReactNode, useContext } from 'react';
import { MarkdownContext } from '../../../parts/markdown/view.tsx';
import { Picture } from '../../../parts/picture.tsx';
import { useText } from '../../../text/index.ts';
import { BoxView, ButtonView } from './button.tsx';
import { ChartView } from './chart.tsx';
import { InputView, SelectView } from './fields.tsx';
import { FormView } from './form.tsx';
import { AudioView, CheckerView, OverflowView, PicturesView } from './more-controls.tsx';
import { PanelView } from './panel.tsx';
import { CardTableView } from './table.tsx';
import { TextElement, TextView } from './text.tsx';
import type { CardColumns, CardElement } from './view.ts';

export function Elements({ elements }: { readonly elements: readonly CardElement[] }): ReactNode {
  return elements.map((element, index) => <ElementView key={element.id ?? `at-${index}`} element={element} />);
}

const ElementView = memo(function ElementView({ element }: { readonly element: CardElement }): ReactNode {
  switch (element.tag) {
    case 'text':
      return <TextElement id={element.id} text={element.text} icon={element.icon} />;
    case 'img':
      return <ImageElement image={element.key} alt={element.alt === '' ? element.title : element.alt} />;
    case 'hr':
      return <hr className="fc-hr" />;
    case 'button':
      return <ButtonView button={element} id={element.id} />;
    case 'columns':
      return <ColumnsView columns={element} />;
    case 'panel':
      return (
        <PanelView panel={element} title={<TextView text={element.title} />}>
          <Elements elements={element.elements} />
        </PanelView>
      );
    case 'box':
      return (
        <BoxView behaviors={element.behaviors} id={element.id}>
          <Elements elements={element.elements} />
        </BoxView>
      );
    case 'form':
      return (
        <FormView name={element.name}>
          <Elements elements={element.elements} />
        </FormView>
      );
    case 'input':
      return <InputView input={element} id={element.id} />;
    case 'select':
      return <SelectView select={element} id={element.id} />;
    case 'table':
      return <CardTableView table={element} />;
    case 'chart':
      return <ChartView chart={element} />;
    case 'overflow':
      return <OverflowView overflow={element} id={element.id} />;
    case 'checker':
      return <CheckerView checker={element} id={element.id} />;
    case 'pictures':
      return <PicturesView pictures={element} />;
    case 'audio':
      return <AudioView audio={element} />;
    case 'people':
      return <People ids={element.ids} />;
    case 'unknown':
      return <Unknown name={element.name} raw={element.raw} />;
  }
});

function ImageElement({ image, alt }: { readonly image: string; readonly alt: string }): ReactNode {
  const t = useText();
  const resource = useContext(MarkdownContext).imageOf(image);
  if (resource === undefined) return <div className="md-missing">{t.card.imageMissing(image)}</div>;
  return <Picture resource={resource} alt={alt} />;
}

function ColumnsView({ columns }: { readonly columns: CardColumns }): ReactNode {
  const style = { '--gap': lengthOf(columns.spacing) } as CSSProperties;
  return (
    <div className="fc-columns" data-flex={columns.flex} data-background={columns.background} style={style}>
      {columns.columns.map((column, index) => (
        <div key={index} className="fc-column" data-align={column.align} style={widthOf(column.width, column.weight)}>
          <Elements elements={column.elements} />
        </div>
      ))}
    </div>
  );
}

function widthOf(width: string, weight: number): CSSProperties {
  if (width === 'auto') return { flex: '0 0 auto' };
  if (/^\d+px$/.test(width)) return { flex: `0 0 ${width}` };
  return { flex: `${weight} 1 0` };
}

/** The vendor's spacing words in pixels. */
const SPACING: Readonly<Record<string, string>> = {
  small: '4px',
  default: '8px',
  medium: '8px',
  large: '12px',
  extra_large: '16px',
};

function lengthOf(spacing: string): string {
  return SPACING[spacing] ?? (/^\d+px$/.test(spacing) ? spacing : '8px');
}

function People({ ids }: { readonly ids: readonly string[] }): ReactNode {
  const { nameOf } = useContext(MarkdownContext);
  return (
    <div className="fc-people">
      {ids.map((id) => (
        <span key={id} className="mention">
          {nameOf(id)}
        </span>
      ))}
    </div>
  );
}

function Unknown({ name, raw }: { readonly name: string; readonly raw: unknown }): ReactNode {
  const t = useText();
  return (
    <details className="im-unknown">
      <summary>{t.card.unknown(name)}</summary>
      <p>{t.card.unknownHelp}</p>
      <pre>{JSON.stringify(raw, null, 2)}</pre>
    </details>
  );
}
