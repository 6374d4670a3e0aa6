import { describe, expect, it } from '@jest/globals';
import { readDocument } from '../read-document.ts';
import type { FullLanguage } from '../text-document.ts';
import { checkGrammar } from './check-grammar.ts';

const corrected = (text: string, language: FullLanguage): string =>
  checkGrammar(readDocument(text), language).reduceRight(
    (own, { start, end, suggestions }) => own.slice(0, start) + suggestions[0] + own.slice(end),
    text,
  );

describe('checkGrammar', () => {
  it.each([
    ["The nurses was tired and he don't know why.", "The nurses were tired and he doesn't know why."],
    ['We should of bought a oven.', 'We should have bought an oven.'],
    ["The shop lost it's sign.", 'The shop lost its sign.'],
    ['Your welcome to visit the the mill.', "You're welcome to visit the mill."],
    ['It is definately colder then yesterday.', 'It is definitely colder than yesterday.'],
    ['He has went home with less customers.', 'He has gone home with fewer customers.'],
    ['The managment made a desicion on monday.', 'The management made a decision on Monday.'],
  ])('corrects %s', (wrong, right) => expect(corrected(wrong, 'en')).toBe(right));

  it.each([
    ['Tu sabes que el taller a cerrado.', 'Tú sabes que el taller ha cerrado.'],
    ['Tiene que a ver otra manera mas barata.', 'Tiene que haber otra manera más barata.'],
    ['La problema es que los datos es viejos.', 'El problema es que los datos son viejos.'],
    ['Pienso de que las nuevo oficinas son caras.', 'Pienso que las nuevas oficinas son caras.'],
    ['Cómo estás?', '¿Cómo estás?'],
    ['El jefe pregunto por ti y los vecinos esta hartos.', 'El jefe preguntó por ti y los vecinos están hartos.'],
    ['Los trabajadores de la planta cobra menos.', 'Los trabajadores de la planta cobran menos.'],
    ['Los médicos y las enfermeras trabaja de noche.', 'Los médicos y las enfermeras trabajan de noche.'],
    ['Leí el articulo: aun no hay credito y crece rapidamente.', 'Leí el artículo: aún no hay crédito y crece rápidamente.'],
    ['La carta firmado llegó cuando viviamos aqui.', 'La carta firmada llegó cuando vivíamos aquí.'],
    ['La reunion fue el lunes y nos gusto la compania.', 'La reunión fue el lunes y nos gusto la compañía.'],
    ['Ayer hable con Marta y el año pasado trabaje en Lima.', 'Ayer hablé con Marta y el año pasado trabajé en Lima.'],
    ['El proyecto fue aprobada. Las facturas fueron enviado.', 'El proyecto fue aprobado. Las facturas fueron enviadas.'],
    ['Las cajas llego rotas. No es caro si no barato.', 'Las cajas llegaron rotas. No es caro sino barato.'],
    ['Los cliente esperan. Tengo un problemas más.', 'Los clientes esperan. Tengo un problema más.'],
    ['Estos ideas gustan. Las redes sociales cambió todo.', 'Estas ideas gustan. Las redes sociales cambiaron todo.'],
    ['Unas oficinas más luminoso están arriba.', 'Unas oficinas más luminosas están arriba.'],
    ['Se vende libros. Todo el mundo quieren uno.', 'Se venden libros. Todo el mundo quiere uno.'],
    ['Hace un mes deje el puesto y te hecharemos de menos.', 'Hace un mes dejé el puesto y te echaremos de menos.'],
    ['No halla duda: no vino por que estaba lejos.', 'No haya duda: no vino porque estaba lejos.'],
    ['Vuelvo ha casa. A el le gusta el transporte publico.', 'Vuelvo a casa. A él le gusta el transporte público.'],
    ['Ellos querian otra cosa y no importa cuanto cueste.', 'Ellos querían otra cosa y no importa cuánto cueste.'],
  ])('corrige %s', (wrong, right) => expect(corrected(wrong, 'es')).toBe(right));

  it.each([
    ['en', 'Its engine is older than mine, and the news is good. You are welcome; an hour is enough for a university.'],
    ['en', 'If I were you, I would have asked whether their team has time. The list of speakers is long.'],
    ['es', 'El agua fría está aquí. A ver si tú y tu equipo llegáis; sé que ha sido difícil, mas no imposible.'],
    ['es', 'Dime cuando quieras. El trabajo diario cansa y la empresa creada en 1990 tiene las tareas pendientes.'],
    ['es', 'La mayoría de los socios votaron; los clientes de la zona norte compran más. Aun así seguimos.'],
    ['es', 'Las enfermeras están cansadas porque esta semana hubo más pacientes. ¿Qué opinas de lo que dijo él?'],
    ['es', 'El aula nueva es mía. El anuncio gustó; el porqué me lo guardo. Hace dos días que trabajo en la feria.'],
    [
      'es',
      'Cada uno de nosotros tiene una idea. La razón por la que vino es esta. Se busca editora y los que esperan están hechos a ello.',
    ],
    ['es', 'Quiero que mañana hable con él. Ayer por la tarde los empleados fueron enviados a casa; no es seguro si no llueve.'],
  ] as const)('leaves correct text alone (%s): %s', (language, text) => expect(checkGrammar(readDocument(text), language)).toEqual([]));

  it('gives spans of the original, in order and apart, with a rule and a confidence', () => {
    const text = "ñ 🎉 He don't work. They was late.";
    const found = checkGrammar(readDocument(text), 'en');
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(["don't", 'was']);
    expect(found).toMatchObject([
      { rule: 'subject-verb', suggestions: ["doesn't"] },
      { rule: 'subject-verb', suggestions: ['were'] },
    ]);
  });

  it.each(['a', 'the ', 'its ', 'no se ', 'a ver ', 'mas ', '¿', 'Aa. ', 'la casa ', 'then '])(
    'takes time that grows with the text, not with its square: %j repeated to 100,000 characters',
    (piece) => {
      const cost = (length: number): number => {
        const document = readDocument(piece.repeat(Math.ceil(length / piece.length)));
        const before = process.cpuUsage();
        for (const language of ['en', 'es'] as const) checkGrammar(document, language);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      };
      cost(10_000);
      expect(cost(100_000)).toBeLessThan(60 * Math.max(20_000, cost(10_000)));
    },
  );
});
