import { Input, Modal, Select } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import type { SimApprovalForm } from '../../../../src/simulator/contract.ts';
import { useSim } from '../../api/store.ts';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { openChatAt } from '../seats.ts';

type Field = SimApprovalForm['fields'][number];

/** Fills in a form and sends it to whoever decides. */
export default function AskApproval({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useText();
  const words = t.dingtalk.approval;
  const { seat, run } = useSeat();
  const forms = useSim((sim) => sim.approvalForms).filter(({ platform }) => platform === seat.platform);
  const [chosen, setChosen] = useState(forms[0]?.id);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const form = forms.find(({ id }) => id === chosen);
  const isWhole =
    form?.fields.every(({ label, required }) => !required || (values[label] ?? '').trim() !== '') ?? false;

  async function send(): Promise<void> {
    if (form === undefined) return;
    setBusy(true);
    const result = await run({ type: 'start-approval', form: form.id, values });
    setBusy(false);
    if (result?.ok !== true) return;
    onClose();
    openChatAt(seat.id, seat.person.id, result.chat);
  }
  return (
    <Modal
      open
      title={words.ask}
      okText={words.submit}
      cancelText={t.common.cancel}
      okButtonProps={{ disabled: !isWhole, loading: busy }}
      onOk={() => void send()}
      onCancel={onClose}
      width={420}
    >
      <div className="form-stack">
        {forms.length > 1 && (
          <Select
            value={chosen ?? null}
            aria-label={words.form}
            options={forms.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={(value) => setChosen(value)}
          />
        )}
        {forms.length === 1 && <strong>{form?.name}</strong>}
        {form?.fields.map((field) => (
          <FieldView
            key={field.label}
            field={field}
            value={values[field.label] ?? ''}
            onChange={(value) => setValues((before) => ({ ...before, [field.label]: value }))}
          />
        ))}
      </div>
    </Modal>
  );
}

interface FieldProps {
  readonly field: Field;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function FieldView({ field, value, onChange }: FieldProps): ReactNode {
  const words = useText().dingtalk.approval;
  const id = useId();
  const shared = { id, value, required: field.required };
  return (
    <div className="dt-field">
      <label htmlFor={id}>
        {field.label}
        {field.required && <span className="dt-required"> {words.required}</span>}
      </label>
      {field.kind === 'choice' ? (
        <Select
          id={id}
          value={value === '' ? null : value}
          placeholder={words.choose}
          options={field.options.map((option) => ({ value: option, label: option }))}
          onChange={(option: string | null) => onChange(option ?? '')}
        />
      ) : field.kind === 'text' ? (
        <Input.TextArea {...shared} rows={2} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <Input
          {...shared}
          inputMode={field.kind === 'number' ? 'decimal' : 'text'}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}
