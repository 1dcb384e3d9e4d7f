const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** A number, by what it is called. */
export const idHeads = set(
  'id ids no nos nr nrs num number numbers nbr nb ref reference refs references code key uuid guid identifier identifiers nummer nummern numero ' +
    'numeros kennung zeichen hao bianhao codigo codice serial locator pid oid sn numb nmbr numm identifiant ident kennz kennziffer nro numer bango ' +
    'bangou haoma bh nº pk fk cislo identifikation identificador identificativo identificacion identification',
);

/** A name, by what it is called. */
export const nameHeads = set(
  'name names nm nom noms nombre nombres nome nomi first last given family full middle initials mingcheng nam nme display naam navn namn nimi namen ' +
    'namae denominacion denominazione denominacao bezeichnung libelle intitule',
);

/** Before what they belong to, in languages that put it second: `numero_cliente`. */
export const leadingHeads = set(
  'id num numero no nr code codigo codice nom noms nombre nome prenom apellido cognome date fecha data adresse direccion indirizzo endereco tel ' +
    'telefono telefone telephone ville ciudad rue mail identifiant identificador numer nro referencia reference ref referenz cod matricule matricula ' +
    'numeros correo email mobile cell movil celular',
);

/** Words that add nothing to the ones beside them. */
export const particles = set(
  'de du des del della di da do dos das of la le les el the der die das l d et y e and dos della dello degli delle dei al au aux van von',
);

/** Words that add nothing to the one before them. */
export const fillers = set(
  'no nr num number numero nummer nbr hao value values text digits raw input str string masked line nm cd txt val nro numer field feld champ campo dd mm yy yyyy ddmmyyyy mmddyyyy yyyymmdd iso',
);

/** Behind what a field holds they say which of several: `phone_work`, `email2_private`, `password_again`. */
export const tails = set(
  'home work office mobile private privat personal business primary secondary main alternate alternative alt other emergency day daytime evening old new current ' +
    'previous former confirm confirmation repeat again verify retype full local national international intl int e164 normalized normalised formatted plain encrypted enc ' +
    'billing shipping delivery mailing permanent temporary temp sender recipient customer client user owner contact person guest patient employee dienstlich geschaeftlich ' +
    'geschaftlich mobil festnetz perso pro professionnel domicile bureau personnel principal casa trabajo movil oficina trabalho lavoro ufficio abitazione kana kanji romaji latin',
);

/** How a field is compared in a filter: `email__icontains`, `phone_eq`, `name[like]`. */
export const operators = set(
  'eq ne neq gt gte ge lt lte le in nin notin like ilike contains icontains iexact exact startswith endswith istartswith iendswith iregex regex search match matches ' +
    'starts ends with is equals equal not isnull',
);

/** How words are cut short, by the word that they are. */
export const abbreviations: ReadonlyMap<string, string> = new Map(
  Object.entries({
    customer: 'custmr cstmr cus cst kd',
    client: 'clt clnt cli clte',
    employee: 'emp empl mitarb',
    patient: 'pat pnt ptnt pt',
    student: 'stud stdnt etud',
    member: 'mbr memb mem mitgl',
    passenger: 'psgr psngr pasg pasaj',
    traveller: 'trav trvlr',
    recipient: 'recip rcpt rcpnt empf destin',
    sender: 'sndr',
    beneficiary: 'bnf benef bene',
    holder: 'hldr',
    flyer: 'ff',
    manager: 'mgr',
    driver: 'drv drvr',
    account: 'acct acc accnt cpte kto',
    address: 'addr adr addrs indir',
    insurance: 'ins insur',
    insured: 'insd',
    policy: 'pol plcy',
    order: 'ord ordr auftr',
    purchase: 'purch',
    invoice: 'inv invc rg rech fact fac',
    transaction: 'txn trx tx trans xact trn',
    reservation: 'resv rsv rsvn resa rsvp',
    booking: 'bkg bkng buch',
    ticket: 'tkt tck tckt',
    claim: 'clm',
    appointment: 'appt apptmt rdv',
    subscription: 'subs subscr',
    contract: 'contr cntr vertr',
    application: 'appl applic antr',
    vehicle: 'veh vhcl fzg',
    registration: 'reg regn regd regis regist',
    licence: 'lic licnc',
    passport: 'ppt psp psprt passpt',
    document: 'doc docu',
    telephone: 'tel telef teleph',
    phone: 'ph phn fon',
    mobile: 'mob mobl',
    birth: 'bth brth birt bir',
    password: 'pwd pw psw passwd pswd passw',
    number: 'num nr nbr nmbr numb no nro',
    name: 'nm nam nme',
    first: 'frst fst vor',
    last: 'nach',
    middle: 'mid mdl',
    given: 'gvn',
    family: 'fam fmly',
    contact: 'cntct ctc',
    emergency: 'emerg emer ice',
    billing: 'bill blg',
    shipping: 'shipg shpg',
    delivery: 'dlvr deliv delv',
    reference: 'ref refnum rfrnc refno',
    confirmation: 'conf',
    prescription: 'rx presc',
    identifier: 'ident idnt',
  }).flatMap(([word, short]) => short.split(' ').map((one) => [one, word] as const)),
);
