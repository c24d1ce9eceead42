/** The contacts of each tenant, in memory and bounded; no phone number twice in one of them. */
import type { Contact, RowProblem } from './contact-rules.js';

export class ContactBook {
  readonly #contactsMax: number;
  readonly #tenants = new Map<string, Map<string, Contact>>();

  constructor(contactsMax: number) {
    this.#contactsMax = contactsMax;
  }

  /** What stands in the way of keeping it, or nothing when it is kept. */
  add(tenant: string, contact: Contact): RowProblem | undefined {
    const contacts = this.#tenants.get(tenant) ?? new Map<string, Contact>();
    if (contacts.has(contact.phone)) {
      return { code: 'duplicate', message: 'There is a contact with this phone number already.' };
    }
    if (contacts.size >= this.#contactsMax) {
      const message = `No more than ${this.#contactsMax} contacts are kept for one tenant.`;
      return { code: 'contacts_full', message };
    }
    contacts.set(contact.phone, contact);
    this.#tenants.set(tenant, contacts);
    return undefined;
  }

  size(tenant: string): number {
    return this.#tenants.get(tenant)?.size ?? 0;
  }
}
