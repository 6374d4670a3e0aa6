import { phraseList, wordSet } from '../text-document.ts';
import { moreFamilyNames, moreFirstNames, moreOrganisations } from './name-lists.ts';

const organisations = phraseList(moreOrganisations);

/** First names, English and Spanish, lower case. */
export const firstNames = wordSet(
  `james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua
  kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin
  samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam henry nathan douglas zachary peter kyle walter ethan jeremy
  harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe jordan billy bruce albert willie gabriel
  logan alan juan wayne roy ralph randy eugene vincent russell elijah louis bobby philip johnny liam oliver lucas mason leo max ben tom sam mike
  steve chris nick alex matt dan tim jim bob bill greg jeff tony ken ron ian neil simon martin graham stuart colin hugh owen rhys callum
  mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle
  carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha
  katherine christine debra rachel carolyn janet catherine maria heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan
  evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean abigail alice julia judy
  sophia grace denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori kate jane lucy
  claire chloe zoe fiona priya aisha fatima mei yuki wei raj arjun ahmed mohammed omar ali ivan olga nadia satya sundar elon tim jeff
  maría josé antonio manuel francisco david juan javier daniel carlos jesús alejandro miguel rafael pedro ángel pablo sergio fernando jorge luis
  alberto álvaro diego adrián raúl enrique ramón vicente iván rubén óscar andrés joaquín santiago eduardo víctor mario roberto jaime ignacio marcos
  alfonso jordi hugo salvador ricardo emilio guillermo gabriel julián julio marc tomás agustín gonzalo félix joan martín nicolás cristian sebastián
  mateo samuel gustavo héctor esteban rodrigo mauricio felipe ernesto arturo armando leandro gerardo césar xavier iker aitor unai pau
  carmen ana isabel dolores pilar josefa teresa rosa cristina laura ángeles elena lucía antonia marta francisca mercedes luisa concepción rosario
  paula sara juana raquel manuela rocío beatriz eva julia patricia encarnación belén andrea silvia nuria irene montserrat sofía mónica alba sonia
  alicia ángela sandra inmaculada susana yolanda marina margarita mercè natalia esther noelia verónica claudia valentina camila gabriela daniela
  mariana fernanda ximena jimena ainhoa leire itziar nerea lola pepa paco pepe nacho charo inés clara blanca aurora victoria catalina lourdes
  guadalupe alejandra carolina lorena miriam olga virginia consuelo amparo jose maria jesus angel sofia lucia sebastian andres joaquin monica`,
  moreFirstNames,
);

/** Frequent family names: one capitalised word alone is a person only with a title or a first name before it. */
export const familyNames = wordSet(
  `smith johnson williams brown jones miller davis wilson anderson taylor moore jackson thompson white harris clark lewis robinson walker hall young
  wright hill green adams nelson baker campbell mitchell roberts carter phillips evans turner parker collins edwards stewart morris murphy cook rogers
  garcía rodríguez gonzález fernández lópez martínez sánchez pérez gómez martín jiménez ruiz hernández díaz moreno muñoz álvarez romero alonso
  gutiérrez navarro torres domínguez vázquez ramos gil ramírez serrano blanco molina morales suárez ortega delgado castro ortiz rubio marín sanz
  núñez iglesias medina garrido cortés castillo santos lozano guerrero cano prieto méndez cruz herrera flores vega campos fuentes carrasco cabrera
  garcia rodriguez gonzalez fernandez lopez martinez sanchez perez gomez jimenez hernandez diaz munoz alvarez gutierrez kim lee chen wang patel singh
  nguyen khan musk nadella pichai bezos`,
  moreFamilyNames,
);

/** Words before a name that make it a person. */
export const personTitles =
  wordSet(`dr. dra. mr. mrs. ms. mx. prof. profa. sr. sra. srta. d. dña. rev. sir lady lord madam doctor doctora don doña profesor profesora professor
  señor señora don doña president presidente presidenta senator ministro ministra captain coach`);

/** Verbs and nouns after or before a name that speak for a person. */
export const personContext =
  wordSet(`said says told wrote thanks thank meet congratulations congrats asked dijo dice contó escribió gracias felicidades
  enhorabuena joins mentor colleague friend boss manager compañero compañera colega jefe jefa amigo amiga explica explains hermano hermana`);

/** Capitalised words that are no part of a name: roles, languages, days, months, common initials. */
export const notNames =
  wordSet(`i i'm i've i'll i'd ok okay ceo cto cfo coo cmo vp hr ai ia it ml api apis pr seo kpi kpis b2b b2c saas crm erp ui ux qa faq diy rrhh pyme pymes
  pymes roi okr okrs pdf html css sql http https url cv faqs tl;dr tldr asap fyi btw omg lol wtf imo usd eur gbp tv pc usb gps covid covid-19 gdpr rgpd iva dni irpf bbdd
  product manager engineer developer director directora head chief officer lead senior junior marketing sales software data designer analyst consultant
  founder cofounder co-founder ingeniero ingeniera desarrollador desarrolladora jefe jefa responsable gerente fundador fundadora
  english spanish french german chinese portuguese italian catalan american british european español inglés francés alemán mexican
  monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december
  lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
  christmas easter navidad internet web black team day week spring summer autumn winter happy new good thank thanks dear hello hi hola estimado estimada
  python javascript typescript java kotlin rust golang node excel kubernetes docker react angular vue postgresql postgres redis linux`);

/** Words that make the capitalised words around them an organisation. */
export const organisationWords =
  wordSet(`inc inc. corp corp. corporation ltd ltd. llc plc gmbh s.a. s.l. s.a.u. s.l.u. s.a sa sl company co co. group holdings labs lab robotics
  technologies technology systems solutions software studios studio partners ventures capital university college school institute institution academy
  hospital bank foundation association agency ministry department council committee commission parliament museum airlines motors energy media networks
  consulting analytics pharma biotech logistics records press insurance society union club united freight cargo foods food logistics shipping airways brewery bakery pharmacy clinic dairy steel textiles robotics mobility motors ltda trust centre center office
  universidad universitat instituto escuela colegio hospital banco fundación asociación agencia ministerio departamento consejo comité comisión
  parlamento museo grupo ayuntamiento gobierno compañía empresa cámara federación confederación sindicato cooperativa laboratorios editorial
  consultora aseguradora caja diputación junta generalitat facultad centro cruz real organización médicos alimentos seguros motores taller estudio estudios talleres naviera transportes clínica farmacéutica constructora
  inmobiliaria cervecería bodegas editorial hermanos hijos capital`);
/** Of these the Spanish and English ones that open a name: "University of X", "Banco de España". */
export const organisationOpeners =
  wordSet(`university college school institute academy bank ministry department museum bank council association society
  universidad universitat instituto escuela colegio hospital banco fundación asociación agencia ministerio departamento consejo comité comisión parlamento museo
  grupo ayuntamiento gobierno cámara federación confederación sindicato cooperativa junta facultad centro cruz real diputación organización médicos motores taller estudio talleres naviera clínica constructora bodegas organization`);

/** Organisations known by their name alone, lower case. */
export const knownOrganisations = wordSet(
  `renault rolls-royce peugeot citroën fiat ferrari bmw audi mercedes-benz honda hyundai kia nissan ford boeing airbus michelin danone heineken pepsico nike adidas lego philips visa mastercard zalando klarna revolut wise n26 trello asana google microsoft apple amazon meta facebook netflix spotify linkedin twitter instagram tiktok youtube whatsapp openai anthropic nvidia intel ibm
  oracle sap salesforce adobe uber airbnb tesla spacex nasa samsung sony toyota volkswagen siemens bosch ikea zara inditex telefónica santander bbva iberdrola
  repsol mercadona caixabank endesa naturgy ferrovial seat renfe iberia cabify glovo bizum mapfre bankinter sabadell amadeus indra acciona movistar
  vodafone orange deloitte kpmg accenture mckinsey pwc github gitlab slack zoom dropbox stripe paypal shopify hubspot canva notion figma atlassian cisco
  dell hp lenovo nokia ericsson bayer pfizer moderna novartis nestlé unilever starbucks walmart disney warner bbc cnn reuters unesco unicef onu otan
  oms cemex bimbo pemex mercadolibre rappi nubank globant falabella avianca latam femsa mit harvard stanford oxford cambridge fifa uefa nato nhs fbi oecd ocde wwf`,
  organisations.filter((name) => !name.includes(' ')).join(' '),
);
export const knownOrganisationPhrases = [
  ...organisations.filter((name) => name.includes(' ')),
  ...phraseList(
    'doctors without borders, médicos sin fronteras, reporters without borders, reporteros sin fronteras, amnesty international, amnistía internacional, save the children, world health organization, organización mundial de la salud, european central bank, banco central europeo, european commission, comisión europea, international monetary fund, fondo monetario internacional, federal reserve, reserva federal, world economic forum, supreme court, tribunal supremo, united nations, european union, naciones unidas, unión europea, cruz roja, red cross, el corte inglés, real madrid, world bank, banco mundial, harvard business review, el país, new york times, goldman sachs, general motors, coca cola, mercado libre, linkedin learning, y combinator, amazon web services, google cloud',
  ),
];
