import { type ReactNode, useId } from 'react';
import { useText } from '../../../text/index.ts';
import type { Select } from './read.ts';

interface SelectProps {
  readonly select: Select;
  readonly value: readonly string[];
  readonly disabled: boolean;
  readonly onChange: (ids: readonly string[]) => void;
}

/** One question of a card: a list to choose from, one of several, or any of several. */
export function SelectView({ select, value, disabled, onChange }: SelectProps): ReactNode {
  const t = useText();
  const name = useId();
  const { look, options, title } = select;
  if (look === 'list') {
    return (
      <label className="wt-select">
        <span>{title}</span>
        <select
          value={value[0] ?? ''}
          disabled={disabled}
          aria-label={title === '' ? t.wecom.choose : title}
          onChange={(event) => onChange([event.target.value])}
        >
          {options.map(({ id, text }) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
        </select>
      </label>
    );
  }
  const toggle = (id: string): void => {
    if (look === 'radio') onChange([id]);
    else onChange(value.includes(id) ? value.filter((one) => one !== id) : [...value, id]);
  };
  return (
    <fieldset className="wt-vote" disabled={disabled}>
      <legend>{title === '' ? t.wecom.choose : title}</legend>
      {options.map(({ id, text }) => (
        <label key={id}>
          <input
            type={look === 'radio' ? 'radio' : 'checkbox'}
            name={name}
            checked={value.includes(id)}
            onChange={() => toggle(id)}
          />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
