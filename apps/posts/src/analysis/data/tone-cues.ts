import type { FullLanguage } from '../text-document.ts';

/** What a cue speaks for; a tone is one cue group or more. */
export type CueGroup =
  | 'formal'
  | 'casual'
  | 'enthusiastic'
  | 'informative'
  | 'persuasive'
  | 'empathetic'
  | 'humorous'
  | 'urgent'
  | 'critical';

/** Words and phrases that speak for a tone, separated by commas; a weight stands before them. Our own lists. */
export const toneCues: Readonly<Record<FullLanguage, Readonly<Record<CueGroup, readonly (readonly [number, string])[]>>>> = {
  en: {
    formal: [
      [
        1.6,
        'we are pleased to announce, pleased to announce, we regret to inform, please find, dear colleagues, dear team, yours sincerely, kind regards, best regards, sincerely, hereby, pursuant to, in accordance with, on behalf of, with regard to, we would like to, I would like to inform, please be advised, we kindly request, at your earliest convenience, should you have any questions, it is our pleasure, we look forward to',
      ],
      [
        0.9,
        'furthermore, moreover, therefore, consequently, regarding, accordingly, stakeholders, compliance, quarterly, appointed, effective immediately, the board, shareholders, the undersigned, attached, in addition, strategic, partnership, committee, prior to, subsequently, policy, framework, professional, objectives, commitment, implementation, leadership, governance, responsibilities',
      ],
    ],
    casual: [
      [
        1.6,
        "hey, hey guys, y'all, gonna, wanna, gotta, kinda, sorta, dunno, lemme, ain't, nah, yep, yup, dude, bro, folks, cheers, btw, tbh, imo, ngl, idk, no biggie, what's up, sup, hang out, chill, yeah, oh well, guess what, anyways, cuz",
      ],
      [
        0.7,
        'stuff, cool, guys, awesome sauce, super, pretty much, a bunch of, ok, okay, oh, hmm, well, honestly, random, grab a coffee, catch up, hi, oops, weekend, coffee, just, anyway, kids',
      ],
    ],
    enthusiastic: [
      [
        1.6,
        "so excited, thrilled, can't wait, cannot wait, over the moon, amazing, incredible, awesome, wow, woohoo, yay, let's go, absolutely love, best day ever, mind blowing, dream come true, super excited, what a, beyond excited, pumped, fantastic, stoked",
      ],
      [
        0.8,
        'excited, love, wonderful, great news, proud, celebrate, congratulations, happy to, brilliant, fantastic, unbelievable, epic, finally here, delighted, best',
      ],
    ],
    informative: [
      [
        1.5,
        'according to, the study, the report, research shows, data shows, on average, how to, step by step, for example, e.g., i.e., in this post, in this article, here is how, here are, the results show, percent, defined as, refers to, consists of, is based on, compared with, in other words, this guide, explains, describes',
      ],
      [
        0.7,
        'study, survey, data, results, version, average, increased, decreased, includes, consists, published, measured, method, steps, per, supports, release, requires, default, between, source, figures, number of, means, respondents, runs, contains, analysis, rate',
      ],
    ],
    persuasive: [
      [
        1.6,
        "you should, you need to, you need, imagine, don't miss, sign up, join us, try it, book a, get your, start today, act, why not, the truth is, here's why, here is why, you deserve, buy, order, subscribe, register, download, stop wasting, it's time to, the best way to, proven, guaranteed, free trial, limited offer, if you want, ask yourself, make sure you, take the first step, think about it, you owe it, vote, invest in",
      ],
      [
        0.7,
        'must, should, offer, discount, results, without, save, only, easy, simply, choose, convinced, because, you can, your business, your team, benefit, prove, change',
      ],
    ],
    empathetic: [
      [
        1.7,
        "I'm sorry, I am sorry, so sorry, I understand, we understand, you are not alone, you're not alone, I know how, my heart, hearts go out, thinking of you, it's okay, it is okay, here for you, be kind, be gentle, take care, take your time, hard time, tough time, going through, condolences, I hear you, feel free to reach out, your feelings, if you are struggling, if you're struggling, reach out, we see you, I've been there, sending love, must be hard, sorry for your loss, sorry to hear, don't be hard on yourself",
      ],
      [
        0.8,
        'struggling, grief, feelings, support each other, listen, loss, mental health, burnout, overwhelmed, lonely, heal, healing, compassion, kindness, understand, hug, gentle, hurt, alone, care, difficult',
      ],
    ],
    humorous: [
      [
        1.8,
        'lol, lmao, rofl, haha, hahaha, hahahaha, just kidding, joke, plot twist, asking for a friend, said no one ever, send help, spoiler, true story, me trying to, pro tip, walks into a bar, narrator, my cat, my dog, knock knock, dad joke, apparently, nobody:, turns out, pretend, nap, pants, pizza, unpaid intern',
      ],
      [
        0.7,
        'funny, kidding, hilarious, laugh, coffee, monday, printer, meme, snacks, sarcasm, hell, banana, cat, socks, pajamas, survived, therapist, blame',
      ],
    ],
    urgent: [
      [
        1.8,
        'urgent, urgently, asap, immediately, right now, last chance, deadline, hurry, before it is too late, only today, ends today, ends tonight, final hours, act now, as soon as possible, without delay, time is running out, last day, closes tonight, closes today, emergency, do it now, tonight, at once, critical alert',
      ],
      [0.7, 'now, today, quickly, tomorrow, hours left, expires, seats left, spots left, alert, must'],
    ],
    critical: [
      [
        1.6,
        'unacceptable, disappointed, disappointing, poor, fails to, failed to, wrong with, shame, shameful, terrible, awful, worst, ridiculous, the problem is, no excuse, makes no sense, waste of, broken, irresponsible, incompetent, we need to stop, stop pretending, nonsense, misleading, flawed, never works, useless, overrated, lack of',
      ],
      [
        0.7,
        'problem, mistake, bad, wrong, ignore, ignored, complaint, issue, failure, hardly, expensive, slow, unfortunately, error, blame, bug, worse, excuses',
      ],
    ],
  },
  es: {
    formal: [
      [
        1.6,
        'nos complace, me complace, tenemos el placer de, lamentamos comunicar, lamentamos informar, estimados, estimadas, estimado, estimada, un cordial saludo, saludos cordiales, atentamente, reciban, le informamos, les informamos, les comunicamos, en nombre de, conforme a, de acuerdo con lo, con el fin de, a tal efecto, rogamos, quedamos a su disposición, quedo a su disposición, por la presente, en relación con, le agradecemos, les agradecemos, asimismo, no dude en, ponemos en su conocimiento',
      ],
      [
        0.9,
        'además, por consiguiente, en consecuencia, por tanto, no obstante, usted, ustedes, consejo de administración, accionistas, cumplimiento, trimestre, adjunto, nombramiento, estratégica, estratégico, compromiso, institución, comité, normativa, dirección, implantación, objetivos, responsabilidades, liderazgo, profesional, alianza',
      ],
    ],
    casual: [
      [
        1.6,
        'ey, oye, tío, tía, colega, chicos, chicas, gente, peña, guay, mola, molan, currar, curro, finde, pues nada, venga, vale, porfa, ostras, qué tal, buenas, a ver si, un montón, en plan, jo, uf, vaya, bueno pues, chévere, onda, che, me piro, birra, birras, cañas, toca',
      ],
      [
        0.7,
        'super, hola, café, cosas, ok, bueno, pues, por cierto, la verdad, rollo, lío, ja, oye que, rato, así que, mogollón, charlar, pasaos, nos vemos',
      ],
    ],
    enthusiastic: [
      [
        1.6,
        'qué ilusión, qué emoción, qué alegría, qué pasada, me encanta, nos encanta, increíble, increíbles, alucinante, no puedo esperar, espectacular, vamos, por fin, felicísima, felicísimo, encantada, encantado, emocionada, emocionado, genial, brutal, el mejor día, un sueño, viva, wow, qué maravilla, a tope, impresionante',
      ],
      [
        0.8,
        'feliz, ilusión, fantástico, fantástica, orgullo, orgullosa, orgulloso, celebrar, enhorabuena, felicidades, maravilloso, maravillosa, contentos, contento, contenta, gran noticia, mejor, qué',
      ],
    ],
    informative: [
      [
        1.5,
        'según, el estudio, el informe, los datos, de media, cómo hacer, paso a paso, por ejemplo, p. ej., es decir, en este artículo, en esta publicación, los resultados muestran, por ciento, se define, consiste en, se basa en, en comparación con, esta guía, explica, describe, se refiere a, a continuación, incluye',
      ],
      [
        0.7,
        'estudio, encuesta, datos, resultados, versión, media, aumentó, disminuyó, publicado, medida, método, pasos, primero, segundo, tercero, entre, requiere, cifras, fuente, significa, encuestados, contiene, análisis, tasa, permite, compone, número de, millones',
      ],
    ],
    persuasive: [
      [
        1.6,
        'deberías, tienes que, necesitas, imagina, no te pierdas, no te lo pierdas, apúntate, únete, pruébalo, prueba, reserva, consigue, empieza hoy, la verdad es que, te mereces, mereces, compra, suscríbete, regístrate, descarga, deja de, es hora de, es el momento de, la mejor forma de, garantizado, prueba gratis, oferta, si quieres, pregúntate, da el primer paso, piénsalo, vota, invierte en, por qué no, aprovecha, elige, descubre, atrévete',
      ],
      [
        0.7,
        'debes, debe, descuento, sin, ahorra, solo, fácil, convencido, convencida, porque, puedes, tu negocio, tu equipo, cambia, demuestra, gratis, ventaja, clave',
      ],
    ],
    empathetic: [
      [
        1.7,
        'lo siento, sentimos mucho, te entiendo, os entiendo, entiendo, entendemos, no estás sola, no estás solo, no estáis solos, sé lo que, sé cómo, mi corazón, un abrazo, te acompaño, os acompañamos, estoy aquí, aquí estoy, cuídate, cuidaos, tómate tu tiempo, mal momento, momento difícil, momentos difíciles, pasando por, mi pésame, te escucho, pide ayuda, pedir ayuda, está bien no estar bien, mucho ánimo, ánimo, sé amable, si lo necesitas, todos hemos pasado, te leo',
      ],
      [
        0.8,
        'duelo, sentimientos, escuchar, pérdida, salud mental, agotamiento, sobrepasado, sobrepasada, soledad, sanar, compasión, amabilidad, comprender, abrazo, dolor, cuidar, difícil, apoyo, duro, sola, solo',
      ],
    ],
    humorous: [
      [
        1.8,
        'jaja, jajaja, jajajaja, jeje, jejeje, es broma, chiste, giro de guion, pregunto por un amigo, nadie dijo nunca, spoiler, verídico, mi gato, mi perro, resulta que, yo intentando, consejo de experto, entra en un bar, aparentemente, siesta, pijama, pizza, becario, cuñado, mi suegra, mi abuela, total que',
      ],
      [
        0.7,
        'gracioso, broma, risa, reír, café, lunes, impresora, meme, croquetas, tortilla, sarcasmo, calcetines, sobreviví, terapeuta, culpa, plátano',
      ],
    ],
    urgent: [
      [
        1.8,
        'urgente, urgentemente, urge, cuanto antes, inmediatamente, de inmediato, ahora mismo, última oportunidad, últimas horas, últimas plazas, últimos días, fecha límite, date prisa, antes de que sea tarde, solo hoy, termina hoy, acaba hoy, lo antes posible, ya mismo, sin demora, se acaba el tiempo, último día, emergencia, esta noche, hoy mismo',
      ],
      [0.7, 'ya, hoy, ahora, rápido, mañana, quedan, caduca, últimas, plazas, alerta'],
    ],
    critical: [
      [
        1.6,
        'inaceptable, decepcionante, decepcionado, decepcionada, pésimo, pésima, vergonzoso, vergüenza, terrible, horrible, el peor, la peor, ridículo, el problema es, no hay excusa, no tiene sentido, pérdida de, irresponsable, incompetente, dejemos de, basta de, tontería, engañoso, deficiente, nunca funciona, inútil, sobrevalorado, falta de, lamentable, indignante',
      ],
      [
        0.7,
        'problema, error, mal, malo, mala, ignorar, ignoran, queja, fallo, fracaso, apenas, caro, lento, desgraciadamente, culpa, peor, excusas',
      ],
    ],
  },
};

/** Emoji by the tone that they speak for. */
export const toneEmoji: Readonly<Partial<Record<CueGroup, string>>> = {
  enthusiastic: '🎉 🚀 🥳 🤩 🔥 🙌 ✨ 🎊 😍 💥 💪 🏆',
  empathetic: '❤ 💙 💛 💚 🤗 🫂 🙏 💔 🕊 💜',
  humorous: '😂 🤣 😅 😜 🤪 😹 🙃 🤡 😏 💀',
  casual: '😉 😎 🤙 ✌ 🍻 😋 👋 🤷',
  urgent: '⏰ 🚨 ⚠ ⏳ ‼',
  critical: '👎 🤦 😡 😤',
};
