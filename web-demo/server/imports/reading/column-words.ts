/**
 * What people call the columns of a contact list, in the languages of the lists that we are sent:
 * English, German, French, Spanish, Portuguese. A table and nothing else.
 */
export type ContactField = 'name' | 'firstName' | 'lastName' | 'phone' | 'email' | 'company';

export const CONTACT_FIELDS: readonly ContactField[] = [
  'name',
  'firstName',
  'lastName',
  'phone',
  'email',
  'company',
];

/**
 * Words as `plainWord` leaves them, in groups of falling rank: a list with "Phone" and "Mobile" is
 * read by the first, and one with "Phone" and "Telefon" has to say which of them it means.
 */
type Words = readonly string[];

const words = (text: string): Words => text.split(/\s+/);

/** Each is also the half of a name where the other half has a column: "Name;Vorname". */
export const BARE_NAMES: ReadonlySet<string> = new Set(words('name nom nombre nome'));

export const COLUMN_WORDS: Readonly<Record<ContactField, readonly Words[]>> = {
  name: [
    words(
      `fullname vollername nomcomplet nombrecompleto nomecompleto nameofcontact contactname
       kontaktname nomducontact nombredelcontacto nomedocontato customername clientname kundenname
       nomduclient nombredelcliente nomedocliente nometprenom prenometnom nombreyapellido
       nombreyapellidos nomeesobrenome nameundvorname vorundnachname displayname`,
    ),
    [...BARE_NAMES],
    words(
      `contact contactperson customer client lead kontakt ansprechpartner ansprechpartnerin kunde
       kundin interlocuteur contacto persona cliente contato pessoa`,
    ),
  ],
  firstName: [
    words(
      `firstname first givenname forename vorname rufname prenom prenoms primernombre nombredepila
       primeironome nomeproprio`,
    ),
  ],
  lastName: [
    words(
      `lastname last surname familyname nachname familienname zuname nomdefamille apellido
       apellidos sobrenome apelido apelidos ultimonome`,
    ),
  ],
  phone: [
    words(
      `phone phonenumber phoneno phonenr telephone telephonenumber telephoneno tel telno telnr
       telefon telefonnummer telefonnr telnummer rufnummer numerodetelephone ndetelephone notel
       numtel telefono numerodetelefono ndetelefono telefone numtelefone primaryphone mainphone`,
    ),
    words(
      `mobile mobilephone mobilenumber mobileno cell cellphone cellnumber cellular phonemobile
       mobil mobiltelefon mobilnummer mobilfunk mobilfunknummer handy handynummer handynr
       telefonmobil portable telephoneportable telportable telephonemobile telmobile
       numerodeportable movil telefonomovil celular telefonocelular numerodecelular telemovel
       telefonecelular numerodetelemovel`,
    ),
    words(
      `workphone businessphone officephone companyphone phonework telefongeschaftlich
       telefonarbeit geschaftlichestelefon burotelefon telephoneprofessionnel telephonebureau
       telefonotrabajo telefonodeltrabajo telefonetrabalho telefonecomercial`,
    ),
    words(
      `homephone landline phonehome festnetz festnetznummer telefonprivat telephonefixe
       telephonedomicile fixe telefonofijo telefonocasa telefonefixo telefoneresidencial`,
    ),
  ],
  email: [
    words(
      `email emailaddress mail mailaddress emailadresse mailadresse courriel adresseemail
       adressemail adresseelectronique correo correoelectronico direcciondecorreo
       direcciondecorreoelectronico correioeletronico enderecodeemail enderecoeletronico
       primaryemail email1 workemail`,
    ),
  ],
  company: [
    words(
      `company companyname organization organisation organizationname organisationname employer
       firma firmenname unternehmen gesellschaft arbeitgeber societe nomdelasociete entreprise
       raisonsociale empresa nombredelaempresa compania sociedad razonsocial organizacion
       companhia nomedaempresa razaosocial organizacao`,
    ),
    words('account accountname business'),
  ],
};

/** Without case, accents and whatever stands between the words: "E-Mail" is "email". */
export function plainWord(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
