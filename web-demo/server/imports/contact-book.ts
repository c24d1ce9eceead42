/**
 * The phone numbers that each tenant has contacts for, in memory and bounded; none twice in one of
 * them. The rest of a contact is for a database that a demo has none of.
 */
import type { RowProblem } from './reading/row.js';

export class ContactBook {
  readonly #contactsMax: number;
  readonly #tenants = new Map<string, Set<number>>();

  constructor(contactsMax: number) {
    this.#contactsMax = contactsMax;
  }

  /** Takes a number in E.164: what stands in the way of keeping it, or nothing when it is kept. */
  add(tenant: string, phone: string): RowProblem | undefined {
    const numbers = this.#tenants.get(tenant) ?? new Set<number>();
    // Its 15 digits at most are exact as a number, which takes a third of the memory.
    const number = Number(phone.slice(1));
    if (numbers.has(number)) {
      return { code: 'duplicate', message: 'There is a contact with this phone number already.' };
    }
    if (numbers.size >= this.#contactsMax) {
      const message = `No more than ${this.#contactsMax} contacts are kept for one tenant.`;
      return { code: 'contacts_full', message };
    }
    numbers.add(number);
    this.#tenants.set(tenant, numbers);
    return undefined;
  }
}
