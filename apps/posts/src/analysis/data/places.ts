import { phraseList, wordSet } from '../text-document.ts';
import { morePlacePhrases, morePlaces } from './name-lists.ts';
import { stopWords } from './stop-words.ts';

const listed = [...wordSet(morePlaces)].filter((word) => !stopWords.en.has(word) && !stopWords.es.has(word)).join(' ');

/** Places of one word, lower case. */
export const places = wordSet(
  `spain españa france francia germany alemania italy italia portugal england inglaterra scotland escocia wales gales ireland irlanda europe europa asia
  africa áfrica oceania america américa latinoamérica hispanoamérica canada canadá mexico méxico argentina chile colombia peru perú ecuador bolivia paraguay uruguay
  venezuela cuba panama panamá guatemala honduras nicaragua brazil brasil china japan japón india korea corea russia rusia ukraine ucrania poland polonia sweden suecia norway
  noruega finland finlandia denmark dinamarca netherlands holanda belgium bélgica switzerland suiza austria greece grecia turkey turquía egypt egipto morocco
  marruecos nigeria kenya kenia ghana israel iran irán iraq australia singapore singapur vietnam thailand tailandia indonesia philippines filipinas pakistan
  taiwan uk usa u.s. u.k. u.s.a. uae eeuu ee.uu. londres london paris parís berlin berlín madrid barcelona valencia sevilla seville bilbao málaga zaragoza granada murcia
  alicante córdoba valladolid vigo gijón oviedo pamplona santander donostia salamanca toledo cádiz almería tarragona girona lleida burgos león cáceres badajoz
  huelva jaén albacete logroño mallorca ibiza menorca tenerife lanzarote canarias baleares cataluña catalonia andalucía galicia asturias cantabria navarra
  aragón extremadura euskadi lisbon lisboa oporto porto rome roma milan milán turin florence venice naples nápoles amsterdam ámsterdam rotterdam brussels bruselas vienna
  viena zurich zúrich geneva ginebra munich múnich hamburg hamburgo frankfurt cologne stockholm estocolmo copenhagen copenhague oslo helsinki warsaw varsovia prague praga
  budapest athens atenas dublin dublín edinburgh glasgow manchester liverpool bristol leeds birmingham cardiff belfast oxford moscow moscú kyiv istanbul estambul
  cairo dubai tokyo tokio kyoto osaka seoul seúl beijing pekín shanghai mumbai delhi bangalore bengaluru jakarta manila bangkok sydney melbourne auckland toronto montreal
  vancouver ottawa boston chicago seattle austin dallas houston miami denver atlanta detroit philadelphia phoenix portland washington california texas florida
  nevada arizona oregon colorado ohio michigan illinois massachusetts virginia georgia hawaii alaska brooklyn manhattan lima bogotá bogota medellín cali quito
  guayaquil caracas santiago valparaíso montevideo asunción monterrey guadalajara puebla tijuana cancún habana managua rosario mendoza nairobi lagos accra
  johannesburg casablanca tangier tánger lyon marseille marsella nice bordeaux burdeos toulouse lille leipzig dresden stuttgart düsseldorf`,
  listed,
);

export const placePhrases = [
  ...phraseList(morePlacePhrases),
  ...phraseList(
    `new york, new york city, san francisco, los angeles, los ángeles, san diego, san josé, san jose, las vegas, new orleans, new delhi, nueva delhi, nueva york, hong kong, united states,
  united kingdom, estados unidos, reino unido, south africa, sudáfrica, new zealand, nueva zelanda, costa rica, puerto rico, el salvador, república dominicana, dominican republic,
  buenos aires, ciudad de méxico, mexico city, cdmx, rio de janeiro, río de janeiro, são paulo, sao paulo, santiago de chile, santiago de compostela, la paz, las palmas, san sebastián,
  la coruña, a coruña, palma de mallorca, país vasco, castilla y león, castilla la mancha, islas canarias, islas baleares, la rioja, silicon valley, north america, south america,
  latin america, américa latina, middle east, oriente medio, tel aviv, abu dhabi, saudi arabia, arabia saudí, south korea, corea del sur, corea del norte, north korea, sri lanka,
  kuala lumpur, ho chi minh city, cape town, ciudad del cabo, la habana, san salvador, santo domingo, san juan, países bajos, república checa, czech republic, ee. uu., ee.uu., the hague,
  la haya, salt lake city, kansas city, st. louis, north carolina, south carolina, new jersey, new mexico, new hampshire, west virginia, central park, times square, wall street, puerta del sol, gran vía`,
  ),
];

/** Words before a capitalised word that make it a place. */
export const placeOpeners = wordSet(
  'calle avenida plaza paseo río monte cerro cabo bahía golfo estrecho puente parque isla lago provincia ciudad barrio playa sierra valle puerto mount lake river',
);
/** Words after a capitalised word that make both a place. */
export const placeClosers = wordSet(
  'street avenue road square river lake island islands valley beach county bridge bay mountain mountains',
);
