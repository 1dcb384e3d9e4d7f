/**
 * Names of fields as the interfaces of many trades spell them, by what stands in such a field, and names that only look like one of them. Written down
 * before the rules were, from public schemas (schema.org, vCard, FHIR, OpenID Connect, ISO 20022, OFX, UN/EDIFACT) and from what forms of seven languages
 * ask for; a list that the rules are judged by, not one that they are made from.
 */
export const identifyingNames: Readonly<Record<string, { readonly value: string; readonly names: string }>> = {
  'given name': {
    value: 'Quentyra',
    names:
      'firstName first_name given-name givenNames fname FIRST_NM prenom prenom_client vorname nombre_pila nomePrimo passenger[0].firstName traveler.given ' +
      'customer.first guestFirst cust_fname patientGivenName name.given contact.name.first foreName christianName nomeProprio ming',
  },
  'family name': {
    value: 'Tolbrecht',
    names:
      'lastName last_name surname family-name familyNames lname LAST_NM nachname familienname nomDeFamille nom_famille apellido apellidos apellidoPaterno ' +
      'primer_apellido cognome sobrenome xing traveler.family customer.last paxSurname guest_last birthName maidenName name.family secondLastName geburtsname',
  },
  'full name': {
    value: 'Quentyra Tolbrecht',
    names:
      'fullName full-name displayName customer_name custName cust_nm clientName client.name patientName guestName passengerNames[] contactPerson contact_name ' +
      'accountHolder cardholderName nameOnCard holder beneficiary_name payeeName debtor.nm creditorName recipient_name consigneeName shipToName billToName ' +
      'employee_name studentName teacherName legalName authorName reviewer reviewed_by createdByName approver assigneeName salesRep driver_name tenantName ' +
      'nombreCompleto nombre_titular nomComplet nom_complet nomeCompleto nome_cliente nominativo intestatario titulaire destinataire destinatario empfaenger ' +
      'kundenname ansprechpartner kontoinhaber xingming xing_ming lianxiren shoujianren subscriberName insuredName policyHolder emergencyContactName nextOfKin ' +
      'attendees[] signatory spouseName member.name caller deceasedName attn careOf',
  },
  'user name': {
    value: 'qtolbrecht84',
    names:
      'username user-name user login loginName login_id userLogin accountName screenName screen_name nick nickname nick_name handle gamertag playerName playerTag ' +
      'usr uname userId uid userid benutzername benutzer nutzername utilisateur identifiant nomUtilisateur usuario nombreUsuario utente nome_utente yonghuming ' +
      'yonghu zhanghao owner createdBy modified_by updatedBy assignee author submitter submittedBy reported_by operator principal sAMAccountName preferred_username ' +
      'actor requester changedBy lastModifiedBy approvedBy account memberName follower mention agentLogin',
  },
  'day of birth': {
    value: '17.04.1986',
    names:
      'dateOfBirth date_of_birth birthDate birth-date birthday bday dob DOB patientDob birthDt birth_dt dtBirth bornOn born_on geburtsdatum gebdat geburtstag ' +
      'dateNaissance date_naissance ddn fechaNacimiento fecha_de_nacimiento fecNac dataNascita data_di_nascita dataNascimento data_nasc chushengriqi csrq shengri ' +
      'dayOfBirth birth.date insuredBirthdate childDob member_dob personBirthDate',
  },
  'document number': {
    value: 'L70QX19R4',
    names:
      'passportNumber passport_no passportNum passport.number passportId ppNo travelDocument travelDocNumber travel_doc_no travelDocumentNo documentNumber ' +
      'document_no docNumber docNo identityDocumentNumber idDocumentNumber reisepass reisepassnummer passnummer ausweisnummer numeroPasseport num_passeport ' +
      'pasaporte numeroPasaporte num_pasaporte passaporto numero_passaporto passaporte huzhao huzhaohao visaNumber residencePermitNo identityCardNo ' +
      'nationalIdNumber personalausweis numeroDocumento num_documento drivingLicenceNumber driver_license_no fuehrerscheinnummer',
  },
  'record number': {
    value: '70418823',
    names:
      'customerId customer_id custId cust_no customerNumber customerNo clientId clientNumber client_ref patientId patient_no mrn MRN medicalRecordNumber ' +
      'chartNumber encounterId visit_id admissionNo appointmentId orderId order_no orderNumber orderRef purchaseOrderId bookingId booking_ref bookingReference ' +
      'reservationId reservation_number pnr recordLocator confirmationNumber confirmationCode ticketId ticket_no ticketNumber caseId case_number caseRef claimId ' +
      'claimNumber policyNo policyNumber policy_id contractId contract_no accountId account_id accountNumber acctNo acct_id acctNbr subscriberId subscriptionId ' +
      'memberId membershipNumber member_no loyaltyNumber loyaltyId frequentFlyerNumber ffn rewardsId cardId deviceId device_id deviceSerial imei imsi meterId ' +
      'employeeId employee_no personnelNumber staffId studentId student_no matriculationNumber enrolmentId applicantId applicationId invoiceId invoice_no ' +
      'invoiceNumber transactionId txnId transferId paymentId payment_ref mandateId shipmentId consignmentNo parcelId waybill leadId contactId ' +
      'personId userId user_id ownerId creatorId authorId playerId guestId tenantId driverId vehicleId licensePlate vin householdId voterId taxpayerRef fileRef ' +
      'kundennummer kundenNr kunden_id bestellnummer auftragsnummer vertragsnummer rechnungsnummer mitgliedsnummer versichertennummer buchungsnummer ' +
      'numeroClient num_client id_client numeroCommande num_dossier numero_contrat idCliente id_cliente numeroCliente num_pedido numeroPedido numero_poliza ' +
      'codiceCliente numeroOrdine codigoCliente id_pedido kehu_id kehuHao dingdanhao dingdan_id huiyuanhao huiyuan_id patient.id customer.id order.number ' +
      'booking.reference account.number insuranceNumber insuredId beneficiaryNumber prescriptionId rxNumber labOrderId specimenId msisdnId simId iccid',
  },
  postcode: {
    value: 'QX71 9ZT',
    names:
      'postcode post_code postalCode postal-code postal_cd zip zipCode zip_cd zip5 pinCode address.postcode shippingZip billing_zip homePostcode plz postleitzahl ' +
      'codePostal code_postal cp codigoPostal codigo_postal cap codicePostale cep youbian youzheng_bianma delivPostcode destZip addr_zip PstCd',
  },
  'street and town': {
    value: 'Varnholtweg',
    names:
      'street street1 streetName streetAddress street_line_1 address addressLine1 address_line_2 addr addr1 shippingAddress billing_address homeAddress ' +
      'deliveryAddr city town cityName birthPlace birthCity placeOfBirth strasse anschrift wohnort ort adresse adresse_client rue ville commune direccion calle ' +
      'ciudad domicilio indirizzo citta comune endereco rua cidade bairro dizhi jiedao chengshi StrtNm TwnNm thoroughfare residence',
  },
  'national phone': {
    value: '077 00900418', // of the digits after the area code each is drawn anew, so that a short group may come out as it was
    names:
      'phone phoneNumber phone_no mobile mobileNo mobile_number cell cellPhone tel telNo telephone telephone1 contactNumber contact_no contactPhone daytimePhone ' +
      'landline fax faxNo whatsapp telefon telefonnummer rufnummer handynummer mobilnummer telefono telefonoMovil movil celular telefone telemovel portable ' +
      'numeroTelephone tel_portable cellulare shouji shoujihao dianhua lianxidianhua callbackNumber emergencyPhone smsNumber phone.number PhneNb',
  },
  password: {
    value: 'kaWo!58#zum',
    names:
      'password passwd pwd pass passphrase passcode pass_word newPassword oldPassword currentPassword password_confirmation confirmPassword passwordRepeat ' +
      'userPass userPwd loginPassword secret clientSecret secret_key securityAnswer secretAnswer pin pinNumber cardPin otp otpCode passwort kennwort motDePasse mot_de_passe ' +
      'mdp contrasena clave senha parola parolaChiave parolachiave mima credential verificationCode tan securityCode',
  },
  mail: {
    value: 'q.tolbrecht at example',
    names:
      'email e-mail emailAddress email_addr userEmail mail mailAddress emailId contactEmail correo correoElectronico courriel adresseMail posta youxiang',
  },
};

/** Names that only look like one of them: what they hold must come out as it is. */
export const harmlessNames: Readonly<Record<string, { readonly value: string; readonly names: string }>> = {
  count: {
    value: '4713',
    names:
      'customer_count customerCount orderCount order_total userCount usersTotal nameLength name_length addressCount passwordLength phone_count ticketCount bookingsTotal ' +
      'patientCount accountBalance account_balance memberPoints loyaltyPoints deviceCount cityPopulation emailCount sessionDuration tokenLimit orderQuantity ' +
      'birthRate birth_rate birthWeight passengerCount guestsMax orderValue policyPremium invoiceTotal invoiceAmount caseCount',
  },
  word: {
    value: 'standard',
    names:
      'customer_type customerTier customerSegment patientStatus patient_status orderState order_state orderStatus orderType order sortOrder userRole user_role ' +
      'accountType account_type accountStatus memberLevel membershipTier bookingStatus booking_channel ticketPriority ticket_type ticketClass policyType policyStatus ' +
      'caseStatus claimType deviceType device_os deviceModel phoneType phone_type addressType address_type emailVerified email_format passwordPolicy nameFormat ' +
      'productName product_name product.name itemName item.name categoryName brand_name modelName fileName file_name hostName tableName planName plan.name eventName ' +
      'campaignName tagName fieldName columnName className roomName themeName fontName streetType cityTier passportType passport_type documentType document_type ' +
      'visaType idType contactType contactMethod contactPreference loginMethod loginType authMethod tokenType sessionState userAgentFamily ownerType authorRole ' +
      'subscriptionPlan subscription.plan invoiceStatus paymentMethod payment_type paymentStatus transactionType shipmentMode deliveryMethod vehicleType driverMode ' +
      'insuranceType gender_label recordType record_type idempotencyMode birthdayGreeting stateMachine countryName regionName languageName currencyName warehouse ' +
      'departmentName jobTitle unitName metricName serviceName queueName roleName groupName permissionName templateName layoutName variantName featureName',
  },
  code: {
    value: 'KX-4471',
    names:
      'sku productId product_id productCode productNumber itemId item_code itemNumber articleNo categoryId category_id brandId catalogId catalogueCode modelNumber ' +
      'partNumber trackingNumber variantId colourCode sizeCode batchCode lotNumber shelfCode warehouseId storeId branchCode flightNumber gateNumber trainNumber roomType rateCode fareCode ' +
      'tariffId planId planCode priceListId couponCode campaignId currencyCode languageCode countryCode countryId regionCode errorCode statusCode reasonCode ' +
      'responseCode versionCode buildNumber buildId releaseId featureId experimentId templateId layoutId themeId pageNumber lineNumber schemaId eventTypeId ' +
      'diagnosisGroup departmentCode courseCode courseId quizId levelId questId skillId',
  },
  hash: {
    value: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    names:
      'sha256 checksum contentHash content_sha256 fileHash etag digest integrity md5 commit commitSha gitSha blobDigest imageDigest file.sha256 treeHash assetHash',
  },
  time: {
    value: '2026-03-14',
    names:
      'orderDate order_date createdAt created_at updatedOn bookingDate invoiceDate dueDate shipBy deliveryDate passportExpiry passport_expiry documentIssuedAt ' +
      'policyStart policyEnd subscriptionEnd memberSince lastLogin last_login_at passwordChangedAt checkIn checkOut departureDate validFrom validUntil',
  },
};
