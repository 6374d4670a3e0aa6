import { describe, expect, it } from '@jest/globals';
import { analyzeText } from './analyze-text.ts';

const sentimentOf = (text: string, language?: string) => analyzeText(text, { tasks: ['sentiment'], language }).sentiment!;

describe('scoreSentiment', () => {
  it.each([
    ['The film is not bad.', 'positive'],
    ['I have never been happier.', 'positive'],
    ['Nobody was happy.', 'negative'],
    ['No me disgusta el diseño.', 'positive'],
    ['Nunca he sido más feliz.', 'positive'],
    ['No podría estar más contenta.', 'positive'],
    ['A nadie le gustó.', 'negative'],
    ['It is not only fast but also beautiful.', 'positive'],
    ['The place was lovely, but the food was terrible.', 'negative'],
    ['El sitio era precioso, pero la comida fue horrible.', 'negative'],
    ['They solved the problem.', 'positive'],
    ['Great, another meeting 🙄', 'negative'],
    ['The new form is anything but simple.', 'negative'],
    ['It used to be a great place to work.', 'negative'],
    ['At first I was sceptical. Now I use it every day.', 'positive'],
    ['Without this community I would still be stuck.', 'positive'],
    ['They lost my order. Well done, @telco 👏', 'negative'],
    ['I thought it was easy. It was not.', 'negative'],
    ['Nobody answered my letter.', 'negative'],
    ['Sales pitch: 9/10.', 'positive'],
    ['Service: 2 out of 10.', 'negative'],
    ['Which laptop is good for drawing?', 'neutral'],
    ['El proceso es de todo menos sencillo.', 'negative'],
    ['Después de once rechazos, la editorial dijo que sí.', 'positive'],
    ['Nadie contestó a mi carta.', 'negative'],
    ['Qué bien, otra reunión obligatoria.', 'negative'],
    ['La versión 4.2 añade el modo oscuro.', 'neutral'],
    ['The meeting starts at ten.', 'neutral'],
    ['El lunes empiezan las obras en la calle Mayor.', 'neutral'],
    ['Le pusieron pegas y le dieron largas.', 'negative'],
    ['El nuevo horario nos ha dado la vida.', 'positive'],
    ['Nobody at the table asked the riders.', 'negative'],
    ['Nobody can apply after Friday.', 'neutral'],
    ['No training, no tools, no relief.', 'negative'],
    ['If this is progress, give me the old form.', 'negative'],
    ['They talk about talent and pay in vouchers.', 'negative'],
    ['At first nobody gave us a loan; today we export to six countries.', 'positive'],
    ['None of this would exist without you.', 'positive'],
    ['Ni material, ni relevo, ni luz.', 'negative'],
    ['Esto no es un ascenso, es más faena.', 'negative'],
    ['Nos cambiaron el turno cuatro veces.', 'negative'],
    ['Nos invitaron a la mesa.', 'neutral'],
    ['Presumen de talento y pagan con vales.', 'negative'],
    ['Sin vosotras nada de esto existiría.', 'positive'],
    ['La clase es por la tarde.', 'neutral'],
    ['On Thursday I give a talk about crisis management.', 'neutral'],
    ['La charla trata de la prevención de riesgos.', 'neutral'],
    ['Unemployment stood at 6.1% in August.', 'neutral'],
    ['Unemployment is our biggest fear.', 'negative'],
    ['If it fails, restart the server.', 'neutral'],
    ['Si falla, reinicia el servidor.', 'neutral'],
    ['How do you deal with stress at work?', 'neutral'],
    ['This would be a great tool if it worked.', 'negative'],
    ['Sería una gran herramienta si funcionara.', 'negative'],
    ['Instead of a solution we got another form.', 'negative'],
    ['Cada vez hay menos confianza en el equipo.', 'negative'],
    ['Nobody deserves it more.', 'positive'],
    ['Nadie se lo merece más que tú.', 'positive'],
    ['I do not regret leaving.', 'positive'],
    ['No está tan mal.', 'positive'],
    ['Could be worse.', 'positive'],
    ['Every problem we had, she solved.', 'positive'],
    ['The quick fix broke the site.', 'negative'],
    ['The worst onboarding of my life.', 'negative'],
    ['Shame that such a promising event ended like this.', 'negative'],
    ['I used to hate Mondays.', 'positive'],
    ['My flight got delayed again, thanks @airline', 'negative'],
    ['Costs fell and retention rose.', 'positive'],
    ['Las ventas cayeron y las quejas se dispararon.', 'negative'],
    ['dont buy it', 'negative'],
    ['The soft foam feels like rubber.', 'neutral'],
    ['We met in Costa Rica.', 'neutral'],
    ['Fui con miedo. Volví con la cabeza llena de ideas.', 'positive'],
    ['', 'neutral'],
  ])('%s is %s', (text, label) => expect(sentimentOf(text).label).toBe(label));

  it.each([
    ['The film was GOOD', 'The film was good'],
    ['The film was goooood', 'The film was good'],
    ['The film was very good', 'The film was good'],
    ['The film was good!!!', 'The film was good'],
    ['La película fue muy buena', 'La película fue buena'],
  ])('scores %j above %j', (strong, plain) => expect(sentimentOf(strong).score).toBeGreaterThan(sentimentOf(plain).score));

  it('names the words that made the score, with their place', () => {
    const text = 'Nobody was happy with it';
    expect(sentimentOf(text).words).toEqual([{ start: 11, end: 16, text: 'happy', weight: expect.any(Number) }]);
  });

  it('scores another language by its emoji alone', () => expect(sentimentOf('Guten Morgen 😡', 'de').label).toBe('negative'));

  it('decides a text whose praise and blame cancel out by what it says last', () => {
    expect(sentimentOf('We had such high hopes. It ended in court.').label).toBe('negative');
    expect(sentimentOf('It ended in court. We had such high hopes.').label).toBe('positive');
  });

  it('reads a long run of words that begin phrases in linear time', () => {
    const hitsIn = (text: string) => analyzeText(text, { tasks: ['sentiment', 'tone'], language: 'en' }).sentiment!.label;
    expect(hitsIn('not even no '.repeat(8_000))).toBe('negative');
    expect(hitsIn('turn into the '.repeat(8_000))).toBe('neutral');
  });

  it('stays within [-1, 1]', () => expect(Math.abs(sentimentOf('terrible '.repeat(5_000)).score)).toBeLessThanOrEqual(1));
});
