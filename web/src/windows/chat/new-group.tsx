import { Checkbox, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { usePreferences } from '../../api/preferences.ts';
import { useSim } from '../../api/store.ts';
import { useText } from '../../text/index.ts';
import { useSeat } from '../seat.tsx';
import { useManner } from './manner.tsx';
import { nameOfPerson, useBots } from './names.ts';

interface NewGroupProps {
  readonly onClose: () => void;
  readonly onMade: (chat: string) => void;
}

/** Makes a group of people and bots. */
export default function NewGroup({ onClose, onMade }: NewGroupProps): ReactNode {
  const t = useText();
  const { lang } = usePreferences();
  const { seat, run } = useSeat();
  const manner = useManner();
  const people = useSim((sim) => sim.people).filter(
    (p) => p.accounts[seat.platform] !== undefined && p.id !== seat.person.id,
  );
  const apps = useBots();
  const [name, setName] = useState('');
  const [topics, setTopics] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([...people, ...apps].map(({ id }) => id));

  async function make(): Promise<void> {
    const result = await run({
      type: 'create-group',
      name: name.trim() === '' ? t.group.defaultName : name.trim(),
      people: [seat.person.id, ...people.map(({ id }) => id).filter((id) => chosen.includes(id))],
      bots: apps.map(({ id }) => id).filter((id) => chosen.includes(id)),
      topics,
    });
    onClose();
    if (result?.ok === true && result.chat !== undefined) onMade(result.chat);
  }
  return (
    <Modal
      open
      title={t.chat.createGroup}
      okText={t.common.ok}
      cancelText={t.common.cancel}
      onOk={() => void make()}
      onCancel={onClose}
      width={400}
    >
      <div className="form-stack">
        <Input
          value={name}
          placeholder={t.group.defaultName}
          aria-label={t.group.name}
          onChange={(event) => setName(event.target.value)}
        />
        <Checkbox.Group
          className="form-stack"
          value={[...chosen]}
          onChange={(values) => setChosen(values)}
          options={[
            ...people.map((person) => ({ value: person.id, label: nameOfPerson(person, lang) })),
            ...apps.map((app) => ({ value: app.id, label: `${app.name} · ${t.chat.bot}` })),
          ]}
        />
        {manner.topics && (
          <Checkbox checked={topics} onChange={(event) => setTopics(event.target.checked)}>
            {t.group.topics}
          </Checkbox>
        )}
      </div>
    </Modal>
  );
}
