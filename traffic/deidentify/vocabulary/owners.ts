const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Who may be meant: before a word for a name it is somebody's, before a word for a number it is somebody's record, alone it is somebody. */
export const people = set(
  'customer cust client contact guest visitor recipient receiver sender passenger pax traveller traveler holder owner patient user usr buyer seller ' +
    'beneficiary payer payee employee author student pupil member driver applicant tenant subscriber signer spouse mother father child parent partner ' +
    'doctor teacher candidate person invitee attendee assignee reporter reviewer approver creator editor operator principal actor requester requestor ' +
    'follower player gamer submitter caller signatory consignee consignor debtor creditor insured policyholder accountholder cardholder cardmember ' +
    'shopper purchaser resident citizen borrower lender donor voter taxpayer victim witness claimant complainant agent clerk cashier nurse physician ' +
    'prescriber practitioner therapist rider courier renter landlord lessee contractor freelancer worker staff colleague manager supervisor salesrep ' +
    'rep referrer referee sponsor deceased heir guardian dependent dependant relative kin speaker participant competitor crew pilot learner trainee ' +
    'alumni professor individual lead prospect mention commenter uploader responder technician inspector uid billto shipto soldto kunde kunden kundin ' +
    'mitglied mitglieder benutzer nutzer versicherter versicherten versicherte teilnehmer fahrer mitarbeiter kontoinhaber inhaber ansprechpartner ' +
    'empfaenger empfanger absender halter mieter schuler gast auftraggeber besteller patienten titulaire destinataire utilisateur usager adherent ' +
    'abonne salarie eleve passager locataire expediteur beneficiaire assure cliente paciente usuario titular destinatario remitente empleado alumno ' +
    'socio pasajero huesped beneficiario asegurado utente intestatario mittente dipendente studente passeggero ospite socia assicurato paziente ' +
    'lianxiren shoujianren jijianren yonghu kehu huiyuan chengke huanzhe yuangong xuesheng psu dbtr cdtr ultmtdbtr ultmtcdtr initgpty pty colegiado ' +
    'consumer clt contactperson addressee emergencycontact apprentice intern volunteer founder director officer trustee executor attorney lawyer judge ' +
    'juror defendant plaintiff suspect inmate prisoner offender landowner shareholder stakeholder investor trader bidder nanny caregiver carer ' +
    'caretaker nursing midwife surgeon dentist pharmacist dispenser doctorname gp clinician radiologist coach athlete racer jockey instructor lecturer ' +
    'tutor graduate scholar researcher scientist examiner examinee enrollee registrant licensee licenceholder permitholder husband wife son daughter ' +
    'brother sister sibling aunt uncle cousin grandparent grandmother grandfather fiance bride groom family householder occupant occupier cosigner ' +
    'guarantor coborrower cosignatory endorser drawee remitter remittee payor nominee transferee transferor assignor waiter waitress chef barista ' +
    'bartender receptionist dispatcher postman deliverer chauffeur captain conductor flyer commuter liker friend buddy moderator admin administrator ' +
    'maintainer committer originator organizer organiser respondent recruiter interviewer interviewee hiringmanager jobseeker breadwinner lodger ' +
    'boarder flatmate roommate neighbour neighbor pensioner retiree veteran adjuster assessor underwriter policyowner annuitant remainderman complainer ' +
    'callee kaeufer kaufer verkaeufer verkaufer gaeste gaste reisender reisende reisenden passagier passagiere fahrgast fluggast mitarbeiterin ' +
    'arbeitnehmer angestellter angestellte schueler lehrer lehrerin studentin studierender studierende arzt aerztin arztin hausarzt pfleger bewohner ' +
    'bewohnerin patientin bewerber bewerberin antragsteller antragstellerin versicherungsnehmer versicherungsnehmerin vertragspartner zahler ' +
    'zahlungsempfaenger kontakt kontaktperson bearbeiter sachbearbeiter ersteller autor verfasser eigentuemer eigentumer besitzer halterin mieterin ' +
    'vermieter bueger buerger steuerpflichtiger spender ehepartner ehefrau ehemann vater mutter eltern angehoeriger angehoriger fahrerin ' +
    'rechnungsempfaenger lieferempfaenger warenempfaenger kaeuferin nutzerin benutzerin abonnent spieler spielerin teilnehmerin unterzeichner ' +
    'bevollmaechtigter clients clientes acheteur vendeur voyageur malade medecin infirmier infirmiere praticien etudiant enseignant professeur ' +
    'apprenant conducteur livreur proprietaire bailleur collaborateur redacteur auteur createur demandeur requerant declarant assuree ' +
    'souscripteur preneur donneur payeur debiteur crediteur emetteur signataire conjoint epoux epouse pere mere enfant contribuable citoyen habitant ' +
    'joueur cotisant invite personne interlocuteur correspondant compradores comprador vendedor viajero enfermo medico enfermero doctora estudiante ' +
    'profesor maestro chofer repartidor propietario inquilino arrendatario arrendador trabajador empleada colaborador creador solicitante declarante ' +
    'tomador beneficiaria pagador deudor acreedor emisor firmante conyuge esposo esposa padre madre hijo hija contribuyente ciudadano residente jugador ' +
    'afiliado miembro invitado persona contacto usuaria clienta representante apoderado asegurada huespedes viajante passageiro medica enfermeira aluna ' +
    'professora motorista entregador proprietario locatario locador funcionario funcionaria trabalhador criador requerente segurado segurada devedor ' +
    'credor remetente emissor assinante conjuge pai mae filho filha cidadao jogador associado membro convidado pessoa contato utilizador responsavel ' +
    'procurador hospede destinataria acquirente compratore venditore viaggiatore malato dottore dottoressa infermiere alunno alunna insegnante docente ' +
    'conducente autista corriere locatore lavoratore collaboratore autore creatore richiedente dichiarante assicurata contraente pagatore debitore ' +
    'creditore emittente firmatario coniuge marito moglie figlio figlia contribuente cittadino giocatore iscritto invitato contatto referente utenza ' +
    'clienti utenti pazienti passeggeri ospiti soci dipendenti abbonato klant klanten gebruiker medewerker werknemer leerling bestuurder huurder ' +
    'verzekerde ontvanger afzender klient uzytkownik pacjent pracownik odbiorca nadawca kund anvandare bruker shoufangren fajianren shouhuoren maijia ' +
    'maijiaxinxi goumaizhe lvke lvkexinxi bingren yisheng hushi laoshi jiashiyuan siji fangdong zuke chengzuren shenqingren toubaoren beibaoren ' +
    'beibaoxianren shouyiren fukuanren shoukuanren chikaren huzhu ren kefu zuozhe faburen caozuoren jingbanren jiazhang lianxirenxinxi kokyaku okyaku ' +
    'okyakusama riyosha kanja jugyoin shain gakusei seito jokyaku kaiin uketorinin okurinushi keiyakusha hokensha moshikomisha',
);

/** Of those, the ones that mean other things as well: alone they are somebody only with a number. */
export const ambiguousPeople = set(
  'contact lead individual parent child partner operator principal agent manager speaker sponsor mention staff crew pilot referee referrer resident ' +
    'relative kin actor editor dependent dependant gast socio legal insured uid staffing personal member rider worker billto shipto soldto host ' +
    'director officer founder fan friend judge captain poster trader broker coach runner racer intern graduate drawer admin administrator moderator ' +
    'maintainer originator initiator organizer organiser kind persona kontakt ren attorney conductor doctor chef veteran underwriter assessor consumer ' +
    'signer tutor family contacto contato contatto personne pessoa responsavel referente docente burger arzt enfant respondent correspondant ' +
    'representante siji',
);

/** Before a word for a name they say that somebody is meant. */
export const nameModifiers = set(
  'emergency legal real maiden billing shipping delivery preferred nick full first last given family second middle user login account birth profile ' +
    'married former spouse mothers fathers parents kana kanji romaji phonetic latin native emboss embossed bride groom',
);

/** Records that are about a person each: before a word for a number it names one, alone it may. */
export const records = set(
  'order booking reservation ticket case claim policy contract account acct subscription membership loyalty frequent flyer flier rewards reward card ' +
    'device meter invoice transaction txn transfer payment mandate shipment parcel consignment waybill encounter visit admission appointment chart ' +
    'medical health mrn pnr locator confirmation enrolment enrollment matriculation registration application personnel household vehicle licence ' +
    'license plate file prescription rx lab specimen sample sim insurance insurer certificate profile wallet purchase receipt refund return complaint ' +
    'incident inquiry enquiry deposit loan mortgage pension benefit donation bill statement ffn bestellung bestell auftrag auftrags vertrag vertrags ' +
    'rechnung rechnungs mitglieds buchung buchungs konto kunden versicherung versicherungs versichertennummer akten aktenzeichen police policen schaden ' +
    'kundenkarte sendung sendungs vorgang vorgangs antrag antrags matrikel personal commande dossier contrat facture abonnement compte sinistre ' +
    'adhesion billet pedido contrato poliza factura cuenta expediente reserva billete historia apolice fatura conta encomenda processo ordine contratto ' +
    'polizza fattura conto pratica prenotazione biglietto tessera dingdan hetong zhanghu yuyue baodan basket checkout quotation appeal hearing docket ' +
    'lawsuit ruling permit badge ticketing flightticket eticket itinerary stay checkin trip ride rental lease tenancy overdraft creditfacility annuity ' +
    'dividend payout withdrawal remittance wire directdebit standingorder charge chargeback dispute settlement creditnote debitnote voucher ' +
    'acknowledgement acknowledgment po purchaseorder salesorder workorder serviceorder servicerequest requisition delivery pickup rma awb bol caseload ' +
    'referral diagnosisrecord surgery vaccination immunization immunisation examination labresult labtest accession imaging radiology bloodtest nhi ' +
    'healthcard carecard medicare medicaid hospitalno hospitalnumber surgeryno userprofile esim msisdn phoneline metering supplypoint mpan mprn pod pdr ' +
    'cups nmi connectionpoint customerref accountref ballot petition passportapplication visaapplication taxreturn retirement payroll payslip timesheet ' +
    'absence enrol transcript exampaper lead questionnaire chat conversation wager ticketno giftcard couponbook stampcard kundenbindung treue ' +
    'bestellungs antraege antrage cart warenkorb carrito carrinho auftraege auftrage bestellungen rechnungen vertraege vertrage buchungen reservierung ' +
    'reservierungs reservierungen versicherungsschein versicherungsscheins schaeden schadens schadenfall schadensfall fallakte akte patientenakte ' +
    'kranken krankenkassen krankenversicherten versicherten versicherungsfall gutschrift gutschrifts mahnung mahnungs lieferschein lieferung lieferungs ' +
    'paket pakets retoure retouren ruecksendung rucksendung beleg belege quittung quittungs kassenbon ticketnummer fahrkarte fahrkarten fahrschein ' +
    'kundenkarten bonuskarte darlehen darlehens kredit kredits sparbuch lastschrift mandats mandat ueberweisung uberweisung zahlung zahlungs ' +
    'transaktion transaktions abonnements mitgliedschaft mitgliedschafts bescheid bescheids steuerbescheid aktenkennung registrierung registrierungs ' +
    'anmeldung anmelde fahrzeug fahrzeugs fahrgestell fahrgestellnummer zaehler zahler zahlpunkt geraete gerate geraet gerat anschluss rezept rezepts ' +
    'befund befunds auftragsbestaetigung termin termins personalnummer lohn gehalt immatrikulation immatrikulations pruefling zeugnis commandes ' +
    'commandeclient factures contrats dossiers reservations reservationclient billets livraison colis expedition envoi bonlivraison boncommande devis ' +
    'avoir reglement paiement virement prelevement compteclient comptebancaire pret epargne sinistres assurance carte cartefidelite fidelite ' +
    'inscription immatriculation vehicule compteur appareil ordonnance consultation rendezvous rdv hospitalisation sejour prelevementlabo patient ' +
    'matricule declaration reclamation plainte pedidos facturas contratos reservas boleto boletos pasaje entrega envio paquete albaran presupuesto ' +
    'abono pago transferencia domiciliacion cuentacliente cuentabancaria prestamo creditocliente ahorro siniestro seguro tarjeta tarjetafidelidad ' +
    'fidelidad afiliacion suscripcion inscripcion matricula vehiculo placa medidor contador dispositivo receta consulta ingreso historiaclinica ' +
    'historial muestra analitica legajo nomina solicitud reclamo reclamacion queja expedientes folio comprobante recibo ordencompra pedidoscliente ' +
    'encomendas faturas bilhete bilhetes passagem pacote orcamento notafiscal pagamento debito contabancaria contacliente emprestimo poupanca apolices ' +
    'sinistro cartao cartaofidelidade adesao assinatura inscricao matriculaaluno veiculo placaveiculo aparelho receita agendamento internamento ' +
    'prontuario amostra exame funcional processos protocolo requerimento reclamacao chamado atendimento solicitacao ordini fatture contratti ' +
    'prenotazioni biglietti consegna spedizione pacco preventivo bonifico addebito contocorrente prestito mutuo risparmio polizze sinistri ' +
    'assicurazione tesserafedelta adesione abbonamento iscrizione immatricolazione veicolo targa contatore apparecchio ricetta visita appuntamento ' +
    'ricovero cartella cartellaclinica campione esame matricola bustapaga pratiche domanda segnalazione protocollo ricevuta scontrino bestelling ' +
    'bestelnummer factuur polis dossiernummer zamowienie zamowienia faktura umowa polisa rezerwacja bestallning dingdanxinxi fapiao baoxian baoxiandan ' +
    'lipei zhangdan zhangwu yinhangzhanghu yinhangzhang jiaoyi liushui zhifu tuikuan wuliu kuaidi yundan baoguo piao jipiao chepiao menpiao yuding ' +
    'yuyuexinxi guahao binghan bingli binglihao menzhen zhuyuan jiuzhen chufang jiancha huayan huiyuanka jifen shebei chepai cheliang xuehao gonghao ' +
    'xueji gongdan anjian shenqing chumon chuumon yoyaku keiyaku seikyu seikyusho haisou nimotsu koza kouza karute hoken hokensho shaban sharyo ' +
    'kaiinsho uketsuke moushikomi',
);

/** Words that are the number of such a record by themselves. */
export const recordWords = set(
  'mrn pnr ffn imei imsi iccid vin msisdnid recordlocator licenseplate licenceplate numberplate waybill rxnumber deviceserial recordnumber fileref ' +
    'kennzeichen versichertennummer aktenzeichen kundennummer huiyuanhao dingdanhao kehuhao yuyuehao custid custno acctno acctid orderno orderid custnr ' +
    'kdnr kdn auftragsnr bestellnr rechnungsnr vertragsnr vorgangsnr kassenzeichen geschaeftszeichen geschaftszeichen personalnr matrikelnr ' +
    'versichertennr mitgliedsnr kontonr kontonummer zaehlernummer zahlernummer fahrgestellnr bestellnummer auftragsnummer vertragsnummer ' +
    'rechnungsnummer patientennummer patientennr fallnummer fallnr nclient noclient numclient numerocommande nocommande numcommande nodossier ' +
    'numdossier nofacture numfacture nocontrat numcontrat ndossier ncommande nfacture referenceclient refclient refcommande refdossier matricule ' +
    'numpedido nropedido numcliente nrocliente numcontrato numpoliza nropoliza numexpediente nroexpediente numfactura nrofactura numcuenta nrocuenta ' +
    'numerocuenta cuentabancaria clabe cbu cvu numeroorden localizador nhc numprocesso nrprocesso numfatura nrfatura numconta nrconta numerocliente ' +
    'numeropedido numerocontrato numeroapolice numeroprontuario nib agenciaconta numordine nrordine codcliente codicecliente numpolizza nrpolizza ' +
    'numpratica nrpratica numfattura nrfattura numconto nrconto numerotessera codiceprenotazione bban accountno accountnbr acctnbr acctnum acctref ' +
    'bankaccount bankaccountnumber bankacct bankacctno debitaccount creditaccount bookingref bookingno bookingcode bookingid pnrcode reservationcode ' +
    'confirmationcode confirmationno confno confnumber confnum eticketnumber ticketno tktno policyno polno polnr claimno clmno caseno casenr caseref ' +
    'ticketref invoiceno invno ponumber pono memberno mbrno mbrid memid patno patid patnr ptid hospno hospitalnumber nhino chartno employeeno empno ' +
    'empid empcode staffno badgeno personnelno studentno studno studid matricno rollno rollnumber regno regdno regnno enrollno enrolno udid idfa idfv ' +
    'gaid aaid adid advertisingid androidid meid esn ismi deviceserialnumber serialno vinnumber chassisno chassisnumber engineno regplate ' +
    'registrationplate platenumber plateno platenr carplate nummernschild targa chepaihao chepai kehubianhao khbh khh kehuid dingdanbianhao ddh ddbh ' +
    'dingdanid hyh huiyuanbianhao huiyuanid baodanhao baodanbianhao hetonghao hetongbianhao hth zhanghu zhanghuid zhh yinhangzhanghao bingliid blh ' +
    'binglihao xuehao gonghao yuangongbianhao yundanhao ydh kuaididanhao wuliudanhao fapiaohao fph liushuihao lsh jiaoyihao jiaoyidanhao yuyuebianhao ' +
    'piaohao zhangdanhao gongdanhao anjianhao openid unionid kokyakubango kokyakuid chumonbango yoyakubango kaiinbango kozabango keiyakubango ' +
    'seikyubango shainbango gakuseki gakusekibango kanjabango hokenbango 客户编号 客户号 订单号 订单编号 会员号 会员编号 账号 账户 保单号 合同号 病历号 学号 工号 车牌号 運単号 运单号 顧客番号 会員番号 注文番号 ' +
    '予約番号 口座番号 社員番号 номерзаказа номердоговора номерклиента depotnummer depotnr endtoendid endtoendidentification pmtinfid instrid msgid mndtid txid ' +
    'cdtrschmeid uetr kunnr vbeln pernr belnr bankn kundnr notafiscal tesserafedelta cartefidelite tarjetafidelidad cartaofidelidade externalreference ' +
    'customref custref yourref ourref yourreference nmatricule psuid',
);
