import type { PatternRule, Suggest } from './grammar-rule.ts';

const listed = (forms: Readonly<Record<string, string>>): [pattern: string, suggest: (words: readonly string[]) => string[]] => [
  Object.keys(forms).join('|'),
  ([word = '']) => (forms[word] ?? '').split('/').filter(Boolean),
];
const pairs = (list: string): Record<string, string> =>
  Object.fromEntries(
    list
      .split(/\s+/)
      .filter(Boolean)
      .map((pair) => pair.split(':') as [string, string]),
  );

/** Third person singular to plural, for subjects that are plural without a noun. */
const [singularVerb, toPlural] = listed(
  pairs(`es:son está:están era:eran fue:fueron estaba:estaban será:serán ha:han había:habían tiene:tienen quiere:quieren puede:pueden debe:deben va:van
    hace:hacen dice:dicen sabe:saben necesita:necesitan trabaja:trabajan llega:llegan sigue:siguen vive:viven viene:vienen tenía:tenían quería:querían podía:podían
    tuvo:tuvieron hizo:hicieron dijo:dijeron llegó:llegaron empezó:empezaron ganó:ganaron piensa:piensan cree:creen espera:esperan salió:salieron vino:vinieron
    pidió:pidieron recibió:recibieron perdió:perdieron compró:compraron vendió:vendieron`),
);
/** Third person plural to singular, for subjects that are singular. */
const [pluralVerb, toSingular] = listed(
  pairs(`son:es están:está eran:era fueron:fue estaban:estaba han:ha habían:había tienen:tiene quieren:quiere pueden:puede deben:debe van:va hacen:hace dicen:dice
    saben:sabe necesitan:necesita vienen:viene vinieron:vino tuvieron:tuvo hicieron:hizo dijeron:dijo llegaron:llegó ganaron:ganó piensan:piensa creen:cree salieron:salió
    respondieron:respondió contestaron:contestó llamaron:llamó escuchan:escucha entienden:entiende`),
);
const [notWe, toWe] = listed(
  pairs(`va:vamos van:vamos es:somos son:somos está:estamos están:estamos tiene:tenemos tienen:tenemos quiere:queremos quieren:queremos puede:podemos pueden:podemos
    hace:hacemos hacen:hacemos dice:decimos sabe:sabemos saben:sabemos necesita:necesitamos necesitan:necesitamos trabaja:trabajamos trabajan:trabajamos fue:fuimos fueron:fuimos
    era:éramos eran:éramos tenía:teníamos tenían:teníamos hizo:hicimos hicieron:hicimos ha:hemos han:hemos piensa:pensamos piensan:pensamos cree:creemos creen:creemos`),
);
const [notI, toI] = listed(
  pairs(`va:voy es:soy está:estoy tiene:tengo quiere:quiero puede:puedo hace:hago dice:digo sabe:sé fue:fui hizo:hice piensa:pienso cree:creo necesita:necesito tienes:tengo
    tenemos:tengo somos:soy vamos:voy estamos:estoy queremos:quiero`),
);
/** Verbs of notices, that agree with what is offered: "se venden pisos". */
const [sold, toSoldMany] = listed(
  pairs(`vende:venden alquila:alquilan ofrece:ofrecen compra:compran necesita:necesitan requiere:requieren hace:hacen imparte:imparten arregla:arreglan acepta:aceptan publica:publican
    buscaba:buscaban vendió:vendieron organiza:organizan permite:permiten usa:usan utiliza:utilizan realiza:realizan reparte:reparten entrega:entregan`),
);
const [, weToSingular] = listed(
  pairs(`tenemos:tiene somos:es vamos:va hacemos:hace queremos:quiere podemos:puede sabemos:sabe debemos:debe estamos:está vivimos:vive`),
);
const acuteOf = (list: string): Suggest => {
  const right = pairs(list);
  return ([word = '']) => [right[word] ?? ''].filter(Boolean);
};
const accentOfAmount = acuteOf('cuanto:cuánto cuanta:cuánta cuantos:cuántos cuantas:cuántas');
const accentedAdjective = acuteOf('practico:práctico publico:público critico:crítico ultimo:último intimo:íntimo');
/** Forms of liking that agree with what is liked. */
const [liking, toLiking] = listed(
  pairs(`gusta:gustan encanta:encantan interesa:interesan importa:importan duele:duelen sobra:sobran molesta:molestan preocupa:preocupan sorprende:sorprenden gustó:gustaron
    encantó:encantaron interesó:interesaron gustaba:gustaban sorprendió:sorprendieron`),
);
/** Present or subjunctive where a word of the past asks for the past: "ayer termino". */
const pastLack = `termino llego compro hablo gano paso quedo dejo tomo llamo entro lanzo presento publico anuncio visito firmo acabo trabajo cambio logro encontro empezo comenzo
  cerro conto penso mando envio pregunto contesto explico mostro ayudo gusto cayo leyo salio recibio vendio perdio comio vivio subio ofrecio decidio cumplio escribio aprendio abrio
  nacio murio pidio sintio siguio crecio aparecio desaparecio ocurrio sucedio volvio movio rompio respondio conocio`;
const accentedPast: Suggest = ([word = '']) => [`${word.slice(0, -1)}ó`];
const pastWords = pastLack.trim().split(/\s+/).join('|');
const neverWithoutAccent = pastLack
  .trim()
  .split(/\s+/)
  .filter(
    (word) =>
      /io$|^(?:encontro|empezo|comenzo|cerro|conto|penso|mostro|cayo|leyo)$/.test(word) && !/^(?:cambio|envio|anuncio|estudio)$/.test(word),
  );

const [misspelt, toSpelt] = listed(
  pairs(`hize:hice hizistes:hiciste deves:debes deven:deben devemos:debemos devo:debo devia:debía ablé:hablé ablar:hablar ablamos:hablamos abló:habló
    ablo:hablo ablando:hablando asemos:hacemos aciendo:haciendo haciamos:hacíamos hiso:hizo desidir:decidir desidimos:decidimos nesesito:necesito nesecito:necesito
    haora:ahora aora:ahora ahy:ahí haver:haber aver:a_ver haiga:haya haigan:hayan hubieramos:hubiéramos fuistes:fuiste dijistes:dijiste vinistes:viniste
    llegastes:llegaste hicistes:hiciste comprastes:compraste pudistes:pudiste tuvistes:tuviste sabistes:supiste dicieron:dijeron conducí:conduje andé:anduve
    produció:produjo tradució:tradujo condució:condujo satisfació:satisfizo preveer:prever preveen:prevén exijir:exigir exije:exige dirijir:dirigir dirije:dirige elejir:elegir
    elije:elige proteje:protege recojer:recoger recoje:recoge escojer:escoger cojer:coger travajo:trabajo travajar:trabajar travajamos:trabajamos estubo:estuvo estube:estuve
    estubimos:estuvimos tubimos:tuvimos tubieron:tuvieron tubiste:tuviste vamonos:vámonos atravez:a_través enserio:en_serio osea:o_sea almenos:al_menos
    porfavor:por_favor apesar:a_pesar através:a_través envez:en_vez derrepente:de_repente talvez:tal_vez asique:así_que aveces:a_veces
    conciente:consciente concientes:conscientes inconciente:inconsciente expectacular:espectacular esceder:exceder exito:éxito esito:éxito desición:decisión decición:decisión
    desicion:decisión desiciones:decisiones ocación:ocasión ocaciones:ocasiones profecional:profesional profecionales:profesionales atencion:atención solucion:solución
    direccion:dirección informacion:información reunion:reunión formacion:formación version:versión inversion:inversión gestion:gestión comunicacion:comunicación
    produccion:producción innovacion:innovación presentacion:presentación organizacion:organización aplicacion:aplicación publicacion:publicación educacion:educación situacion:situación
    relacion:relación razon:razón corazon:corazón tambien:también despues:después ademas:además dia:día dias:días asi:así aqui:aquí facil:fácil dificil:difícil
    util:útil rapido:rápido ultimo:último ultima:última proximo:próximo proxima:próxima numero:número telefono:teléfono pagina:página
    musica:música economia:economía energia:energía tecnologia:tecnología compañia:compañía todavia:todavía habia:había tenia:tenía queria:quería podia:podía deberia:debería
    podria:podría gustaria:gustaría tendria:tendría haria:haría`),
);
const joined: Suggest = (words) => toSpelt(words).map((word) => word.replace('_', ' '));
const singular: Suggest = ([word = '']) => [
  word
    .replace(/ces$/, 'z')
    .replace(/([dlnr])es$/, '$1')
    .replace(/s$/, ''),
];

/** Nouns with the accent on the last syllable but two: "articulo" to "artículo". */
function accentedNoun([word = '']: readonly string[]): string[] {
  const at = [...word.replace(/[ií]?[oa]$/, 'o').matchAll(/[aeiou]+/g)].at(-3)?.index ?? 0;
  return [word.slice(0, at) + 'áéíóú'['aeiou'.indexOf(word[at]!)] + word.slice(at + 1)];
}

/** Agreement of pronouns, accents of the past, words that sound alike and common misspellings of Spanish. */
export const spanishUsage: readonly PatternRule[] = [
  [
    'accent',
    'el|un|del|al|este|ese|su|mi|tu|nuestro|cada|otro|primer|segundo|último|nuevo [articulo|titulo|capitulo|vehiculo|calculo|deposito|vinculo|credito|numero|limite|termino|medico|publico|animo|transito|circulo|dialogo|catalogo|tramite|pronostico|diagnostico|liquido|estimulo]',
    accentedNoun,
    0.93,
  ],
  ['accent', 'una|esta|esa|nuestra|cada|otra|nueva [fabrica|maquina|formula|practica|pagina|clinica|musica]', accentedNoun, 0.92],
  ['accent-ti', '[tí]', 'ti', 0.97],
  ['accent-aun', '[aún] así|cuando', 'aun', 0.93],
  ['accent-mas', 'que|entre|mientras|cuanto [mas] me|te|le|nos|se|@finite', 'más', 0.9],
  ['accent-se', 'no [se] porqué', 'sé', 0.93],
  ['porque', 'sé|se|sabe|sabemos|saben|entiendo|explica|dime|sabía [porqué]', 'por qué', 0.93],
  [
    'porque',
    'tarde|bien|mal|contento|contenta|feliz|solo|así|pronto|hoy|ayer|mañana|aquí|allí|no|precisamente|seguramente [por que]',
    'porque',
    0.85,
  ],
  ['accent-el', '^ [el] esta =@anyparticiple|muy|bien|mal', 'él', 0.93],
  ['a-ha', '^ [ha] @any le|les|me|nos gusta|gustó|encanta|parece|interesa|gustaría|falta', 'a', 0.93],
  ['hay-ahi', '^ [hay] viene|vienen|va|vamos|van|está|están|te|les|nos|tienes|tienen|estaba|estaban|quedó', 'ahí', 0.93],
  ['hay-ahi', '[ahí|ay] =mucho|mucha|muchos|muchas|alguien|poco|poca|suficiente @noun|@plural|@adj|que', 'hay', 0.88],
  ['si-no', 'no @any @any? @any? [si no] =un|una|@surenoun ', 'sino', 0.8],
  ['tuvo', '^ [tubo] =suerte|tiempo|miedo|hambre|fiebre|cuidado|paciencia|ganas', 'tuvo', 0.93],
  ['iba', '[iva] =@gerund|caminando|camino|rumbo', 'iba', 0.93],
  ['agreement', '[todos] =las', 'todas', 0.95],
  ['agreement', '[todas] =los', 'todos', 0.95],
  ['agreement', '[todo] =la|las @noun|@plural', 'toda/todas', 0.85],
  ['agreement', '[toda] =el|los @noun|@plural', 'todo/todos', 0.9],
  ['agreement', 'cada [@plural]', singular, 0.88],
  ['subject-verb', `^ ellos|ellas|ustedes no|se|me|te|le|les|nos|lo|la|ya|también? [${singularVerb}]`, toPlural, 0.93],
  ['subject-verb', `que|y|pero|porque|cuando|si ellos|ellas|ustedes no|se|me|le|ya? [${singularVerb}]`, toPlural, 0.9],
  ['subject-verb', `^ nadie|alguien|cada @noun|uno|todo no|se|me|te|le|les|nos|lo|la|ya? [${pluralVerb}]`, toSingular, 0.9],
  ['subject-verb', `^ nadie|alguien no|se|me|te|le|les|nos|lo|la|ya? [${pluralVerb}]`, toSingular, 0.94],
  ['subject-verb', `~de|entre|con|para|a|por|como nosotros|nosotras no|se|nos|lo|la|ya|también|siempre? [${notWe}]`, toWe, 0.9],
  ['subject-verb', `^ yo no|me|te|le|lo|la|ya|también? [${notI}]`, toI, 0.9],
  ['subject-verb', `^ él|ella|mi|tu|su @noun? y yo [${notWe}]`, toWe, 0.92],
  [
    'subject-verb',
    `me|te|le|nos|les|os [${liking}] =las|los|mis|tus|sus|estos|estas|esos|esas|muchos|muchas|tus|nuestros|nuestras @plural|@adj`,
    toLiking,
    0.92,
  ],
  ['accent-past', `ayer|anoche|anteayer [${pastWords}]`, accentedPast, 0.9],
  ['accent-past', `^ él|ella|usted|nadie no|se|me|le|lo|la|nos? [${pastWords}]`, accentedPast, 0.92],
  ['accent-past', `se|me|le|nos|les|lo|la|no [${neverWithoutAccent.join('|')}]`, accentedPast, 0.95],
  ['accent-past', `[${neverWithoutAccent.join('|')}]`, accentedPast, 0.93],
  ['spelling', `[${misspelt}]`, joined, 0.95],
  [
    'a-ha',
    '[ha|ah] =casa|clase|pie|mano|tiempo|partir|través|pesar|veces|favor|cargo|cabo|diario|todos|todas|ustedes|nosotros|quienes',
    'a',
    0.93,
  ],
  ['accent-el', 'a|para|con|por [el] le|se|lo|me|no|también|=,', 'él', 0.9],
  [
    'accent-question',
    'no? importa|importan|depende|de? [cuanto|cuanta|cuantos|cuantas] =cueste|cuesta|dure|dura|tarde|tarda|sea|sean|valga|vale|haya|hay|tiempo|dinero',
    accentOfAmount,
    0.88,
  ],
  [
    'porque',
    '~razón|motivo|causa|motivos|razones @third|@finite|vino|vinieron|fue|fui|hizo|pude|pudo [por que] =estaba|estoy|está|era|es|tenía|tengo|no|había|hay|me|se|le|nos|hubo|fue',
    'porque',
    0.85,
  ],
  ['haya', 'no [halla|alla|aya] duda|dudas|manera|forma|nada|nadie|que|problema|problemas|excusa|excusas|tiempo', 'haya', 0.93],
  [
    'accent-noun',
    'sector|transporte|hospital|servicio|espacio|interés|gasto|empleo|dinero|ámbito|concurso|acceso|debate|discurso|el|al|del|nuestro|un|gran [publico]',
    'público',
    0.9,
  ],
  ['accent-noun', 'muy|más|tan|poco|algo|bastante|demasiado [practico|publico|critico|ultimo|intimo]', accentedAdjective, 0.9],
  ['accent-noun', 'caso|lado|sentido|ejemplo|consejo|taller|curso|ejercicio|manual [practico]', 'práctico', 0.9],
  ['accent-noun', 'pensamiento|punto|momento|estado|espíritu|análisis|artículo [critico]', 'crítico', 0.9],
  ['passive', `^ se [${sold}] =@plural|@number|muchos|muchas|varios|varias|algunos|algunas`, toSoldMany, 0.9],
  ['subject-verb', `todo el mundo no|se|me|te|le|les|nos|lo|la|ya? [${pluralVerb}]`, toSingular, 0.93],
  ['subject-verb', `cada uno|una de nosotros|nosotras|ellos|ellas|ustedes|vosotros no|se? [${pluralVerb}]`, toSingular, 0.92],
  [
    'subject-verb',
    `cada uno|una de nosotros|nosotras [tenemos|somos|vamos|hacemos|queremos|podemos|sabemos|debemos|estamos|vivimos]`,
    weToSingular,
    0.9,
  ],
  ['agreement', 'cualquier [@plural]', singular, 0.9],
  [
    'accent-mio',
    'es|son|era|eran|fue|solo|amigo|amiga|compañero|compañera|colega|error|problema|culpa|idea|parte|todo|lo|el|la|los|las [mio|mia|mios|mias]',
    ([word = '']) => [word.replace('i', 'í')],
    0.95,
  ],
];
