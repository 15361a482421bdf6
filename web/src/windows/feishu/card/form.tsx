import { type ReactNode, useMemo, useState } from 'react';
import { FormContext, type FormWorld } from './world.ts';

interface FormProps {
  readonly name: string;
  readonly children: ReactNode;
}

export function FormView({ name, children }: FormProps): ReactNode {
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>({});
  // A reset makes the fields anew, with what they began with.
  const [round, setRound] = useState(0);
  const world = useMemo<FormWorld>(
    () => ({
      values,
      set: (field, value) => setValues((before) => ({ ...before, [field]: value })),
      reset: () => {
        setValues({});
        setRound((before) => before + 1);
      },
    }),
    [values],
  );
  return (
    <FormContext value={world}>
      <div className="fc-form" role="form" aria-label={name} key={round}>
        {children}
      </div>
    </FormContext>
  );
}
