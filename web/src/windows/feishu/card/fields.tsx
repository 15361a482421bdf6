import { type ReactNode, useContext, useId, useState } from 'react';
import { MarkdownContext } from '../../../parts/markdown/view.tsx';
import { useText } from '../../../text/index.ts';
import type { CardInput, CardSelect } from './view.ts';
import { FormContext, PressContext } from './world.ts';

interface InputProps {
  readonly input: CardInput;
  readonly id: string | undefined;
}

/** In a form it is sent with the form; alone it is sent when it is left or Enter is pressed. */
export function InputView({ input, id }: InputProps): ReactNode {
  const form = useContext(FormContext);
  const press = useContext(PressContext);
  const [value, setValue] = useState(input.value);
  const label = useId();

  function change(next: string): void {
    setValue(next);
    form?.set(input.name, next);
  }
  function commit(): void {
    if (form !== undefined || value === input.value) return;
    const tag = input.kind === 'date' ? 'date_picker' : 'input';
    const chosen = input.kind === 'date' ? { option: value } : { inputValue: value };
    void press({ tag, name: input.name, ...(id === undefined ? {} : { element: id }), ...chosen }, input.label);
  }
  const shared = {
    id: label,
    value,
    placeholder: input.placeholder,
    required: input.required,
    maxLength: input.maxLength,
    'aria-label': input.label === '' ? input.placeholder : undefined,
    onBlur: commit,
  };
  return (
    <div className="fc-field">
      {input.label !== '' && <label htmlFor={label}>{input.label}</label>}
      {input.kind === 'multiline' ? (
        <textarea {...shared} rows={3} onChange={(event) => change(event.target.value)} />
      ) : (
        <input
          {...shared}
          type={input.kind === 'text' ? 'text' : input.kind}
          onChange={(event) => change(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && commit()}
        />
      )}
    </div>
  );
}

interface SelectProps {
  readonly select: CardSelect;
  readonly id: string | undefined;
}

export function SelectView({ select, id }: SelectProps): ReactNode {
  const t = useText();
  const { nameOf } = useContext(MarkdownContext);
  const form = useContext(FormContext);
  const press = useContext(PressContext);
  const [chosen, setChosen] = useState<readonly string[]>(select.value);

  function choose(values: readonly string[]): void {
    setChosen(values);
    const first = values[0] ?? '';
    if (form !== undefined) return form.set(select.name, select.multiple ? values : first);
    const callback = select.behaviors.find((behavior) => behavior.kind === 'callback');
    const pressed = {
      tag: select.vendorTag,
      name: select.name,
      ...(id === undefined ? {} : { element: id }),
      ...(callback === undefined ? {} : { value: callback.value }),
      ...(select.multiple ? { options: values } : { option: first }),
    };
    void press(pressed, select.placeholder);
  }
  const placeholder = select.placeholder === '' ? t.card.choose : select.placeholder;
  return (
    <select
      className="fc-select"
      multiple={select.multiple}
      value={select.multiple ? [...chosen] : (chosen[0] ?? '')}
      required={select.required}
      aria-label={placeholder}
      onChange={(event) => choose([...event.target.selectedOptions].map((option) => option.value))}
    >
      {!select.multiple && (
        <option value="" disabled>
          {placeholder}
        </option>
      )}
      {select.options.map((option) => (
        <option key={option.value} value={option.value}>
          {select.people === true ? nameOf(option.value) : option.text}
        </option>
      ))}
    </select>
  );
}
