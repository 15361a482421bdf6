import type { Sender } from '../../src/core/event.ts';
import { id } from '../../src/core/ids.ts';
import type { Company, Department, Listed, Member, MemberDirectory } from '../../src/core/members.ts';

/** A member of a company on paper. */
export interface PaperMember {
  isActive?: boolean;
  departments: readonly string[];
  attributes?: Member['attributes'];
  /** Found when asked for, but in no list. */
  hidden?: boolean;
}

/** A company's directory on paper: what it says, and what it was asked. */
export class PaperCompany implements MemberDirectory, Company {
  readonly company = this;
  readonly tree = new Map<string, Department>();
  readonly members = new Map<string, PaperMember>();
  readonly asked: string[] = [];
  /** Called before each answer; throws to refuse it. */
  before: (what: string) => void = () => undefined;

  constructor(tree: readonly Department[] = []) {
    for (const one of tree) this.tree.set(one.id, one);
  }

  async member({ account }: Pick<Sender, 'account'>): Promise<Member | undefined> {
    this.#hear(`member ${account}`);
    const found = this.members.get(account);
    return found && memberOf(found);
  }

  async department(department: string): Promise<Department | undefined> {
    this.#hear(`department ${department}`);
    return this.tree.get(department);
  }

  async *departments(): AsyncGenerator<readonly Department[]> {
    for (const one of this.tree.values()) {
      this.#hear('departments');
      yield [one];
    }
  }

  async *people(department: string): AsyncGenerator<readonly Listed[]> {
    const here = [...this.members].filter(([, one]) => one.hidden !== true && one.departments.includes(department));
    for (const [account, one] of here) {
      this.#hear(`people ${department}`);
      yield [{ account: id(account), ...memberOf(one) }];
    }
  }

  #hear(what: string): void {
    this.asked.push(what);
    this.before(what);
  }
}

function memberOf({ isActive = true, departments, attributes = {} }: PaperMember): Member {
  return { isActive, departments, attributes };
}
