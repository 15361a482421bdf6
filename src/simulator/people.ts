import type { SimPerson } from './contract.ts';

/** One person, before the platforms gave her accounts. */
export type Persona = Pick<SimPerson, 'id' | 'name' | 'enName' | 'role' | 'title' | 'avatar'> & {
  /** For the directories; made-up addresses only. */
  readonly email: string;
  readonly mobile: string;
};

/** The cast of the demo. The names are made up. */
export const DEMO_PEOPLE: readonly Persona[] = [
  {
    id: 'lin',
    name: '林晓',
    enName: 'Lin Xiao',
    role: 'employee',
    title: { zh: '产品经理', en: 'Product manager' },
    avatar: { color: '#3370ff', letters: '林' },
    email: 'lin.xiao@demo.example',
    mobile: '+8613800000001',
  },
  {
    id: 'chen',
    name: '陈宇',
    enName: 'Chen Yu',
    role: 'colleague',
    title: { zh: '后端工程师', en: 'Backend engineer' },
    avatar: { color: '#14a37f', letters: '陈' },
    email: 'chen.yu@demo.example',
    mobile: '+8613800000002',
  },
  {
    id: 'wang',
    name: '王敏',
    enName: 'Wang Min',
    role: 'colleague',
    title: { zh: '人事主管', en: 'HR lead' },
    avatar: { color: '#d4622a', letters: '王' },
    email: 'wang.min@demo.example',
    mobile: '+8613800000003',
  },
  {
    id: 'zhao',
    name: '赵一帆',
    enName: 'Zhao Yifan',
    role: 'customer',
    title: { zh: '客户', en: 'Customer' },
    avatar: { color: '#8f5bd6', letters: '赵' },
    email: 'zhao.yifan@customer.example',
    mobile: '+8613800000004',
  },
];

/** Everybody who exists, by id; benches and tests add their own. */
export interface People {
  readonly all: ReadonlyMap<string, Persona>;
  add(person: Partial<Persona> & { readonly id: string }): Persona;
  /** @throws {Error} When there is nobody of that id. */
  get(id: string): Persona;
}

export function createPeople(first: readonly Persona[] = DEMO_PEOPLE): People {
  const all = new Map(first.map((person) => [person.id, person]));
  return {
    all,
    add(person) {
      const name = person.name ?? person.id;
      const whole: Persona = {
        name,
        enName: name,
        role: 'colleague',
        title: { zh: '员工', en: 'Employee' },
        avatar: { color: '#8a919f', letters: name.slice(0, 1).toUpperCase() },
        email: `${person.id}@demo.example`,
        mobile: '',
        ...person,
      };
      all.set(whole.id, whole);
      return whole;
    },
    get(id) {
      const person = all.get(id);
      if (person === undefined) throw new Error(`nobody is called ${id} here`);
      return person;
    },
  };
}
