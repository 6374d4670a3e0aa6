/** Spanish words for the grammar check; our own lists. */

/** Masculine nouns whose ending does not tell their gender, or that are frequent. */
export const masculineNouns = `zapato abrigo vestido calcetín sombrero reloj vaso plato cuchillo tenedor pan queso arroz pollo pescado huevo postre cuaderno lápiz bolígrafo cajón cuadro espejo balcón jardín árbol bosque río lago campo animal perro gato caballo pájaro pez cine teatro museo concierto baile juego partido gol entrenador jugador árbitro premio examen ejercicio curso taller profesor aula hospital dolor remedio cuerpo brazo dedo diente ojo pie hombro paquete sello banco billete cajero impuesto
problema sistema tema idioma programa clima día mapa planeta poema drama síntoma diploma dilema esquema lema panorama fantasma
teorema aroma carisma enigma estigma plasma trauma cometa tranvía sofá papá crucigrama pijama organigrama telegrama diagrama
equipo cliente proyecto producto servicio mercado negocio trabajo empleo puesto cargo jefe gerente director empleado trabajador empresario emprendedor candidato
proveedor socio fundador inversor accionista colega compañero amigo hermano padre hijo hombre niño chico señor doctor profesor alumno estudiante maestro ingeniero
enfermero médico abogado arquitecto editor escritor autor lector oyente diseñador programador desarrollador consultor vendedor comprador conductor agricultor panadero
soldador electricista mecánico fontanero carpintero aprendiz becario informe contrato presupuesto precio costo coste gasto ingreso beneficio sueldo salario dinero euro dólar
peso plazo calendario año mes lunes martes jueves viernes sábado domingo minuto segundo siglo momento rato tiempo lugar sitio país pueblo barrio mundo continente edificio
despacho almacén taller molino horno coche camión tren avión barco motor río puente puerto mar sol viento invierno verano otoño libro artículo capítulo texto mensaje correo
boletín documento archivo enlace sitio blog vídeo video pódcast episodio audio sonido micrófono teléfono móvil ordenador teclado servidor código dato error fallo cambio
éxito fracaso logro objetivo resultado plan método proceso procedimiento paso nivel grado punto aspecto factor motivo ejemplo caso hecho modelo concepto valor criterio
principio inicio final fin acuerdo apoyo consejo comentario debate discurso congreso evento taller curso examen título certificado premio reto desafío riesgo peligro
cuidado descanso sueño miedo orgullo respeto compromiso esfuerzo talento liderazgo aprendizaje viaje paisaje mensaje porcentaje lenguaje equipaje personaje homenaje
crecimiento conocimiento rendimiento movimiento agradecimiento lanzamiento nombramiento procedimiento análisis énfasis interés estrés papel nombre número color dolor calor
amor error favor sabor humor rumor valor vapor honor tambor café té pan aceite vino queso huevo pescado arroz azúcar jefe pie corazón brazo ojo oído cuerpo hospital
ayuntamiento gobierno estado ministerio banco colegio instituto museo teatro cine restaurante hotel bar supermercado parque jardín árbol campo bosque animal perro gato caballo
plástico cartón papel metal vidrio envase paquete pedido envío almuerzo desayuno equipo turno horario seguro impuesto recibo cobro pago préstamo crédito ahorro usuario perfil
contenido formato diseño estilo gráfico cuadro tablero panel botón menú software hardware algoritmo lote stock inventario catálogo folleto anuncio eslogan público barco jugador partido gol
estreno guion guión personaje escenario concierto disco tráfico semáforo billete pasaje pasillo piso techo suelo muro reloj traje vestido zapato pantalón`;

/** Feminine nouns whose ending does not tell their gender, or that are frequent. */
export const feminineNouns = `niña chica señora señorita hermana hija abuela tía prima vecina amiga compañera jefa directora profesora alumna maestra ingeniera enfermera médica abogada camisa falda chaqueta corbata bota zapatilla gorra cocina mesa silla cama ventana puerta pared lámpara alfombra escalera terraza piscina ducha toalla taza cuchara botella manzana naranja fresa sopa ensalada carne galleta tarta fruta verdura playa montaña isla selva flor hoja rama rosa vaca oveja gallina película canción novela fiesta boda cena comida bebida cerveza carta postal tienda farmacia panadería biblioteca iglesia plaza avenida esquina carretera autopista bicicleta maleta mochila cartera llave pelota camiseta pantalla tableta cámara batería impresora
mano foto moto radio gente clase parte noche tarde mente fuente suerte muerte leche carne sangre nube llave calle torre base frase fase serie superficie
especie crisis tesis síntesis hipótesis dosis luz paz voz vez cruz raíz nariz ley red pared sed salud virtud juventud multitud actitud gratitud solicitud sal miel piel señal cárcel vocal imagen flor labor sien hipótesis empresa oficina reunión semana hora mañana década época fecha jornada agenda tarea idea propuesta respuesta pregunta
encuesta entrevista charla palabra letra lengua historia noticia nota carta lista página revista obra guía ayuda duda causa cosa forma manera norma regla meta marca campaña venta
compra oferta demanda tienda fábrica máquina herramienta pantalla computadora cámara cafetera mesa silla puerta ventana casa vivienda escuela universidad biblioteca
clínica farmacia iglesia plaza playa montaña isla tierra agua lluvia nieve granja panadería cafetería librería peluquería ingeniería enfermería carpintería batería compañía
economía energía tecnología metodología estrategia filosofía psicología fotografía categoría mayoría minoría garantía autonomía alegría persona mujer madre hija hermana
amiga jefa compañera colega clienta directora profesora doctora alumna maestra ingeniera enfermera médica abogada arquitecta editora escritora autora lectora diseñadora
programadora desarrolladora consultora vendedora conductora agricultora panadera soldadora candidata empleada trabajadora empresaria emprendedora socia fundadora inversora
experiencia confianza diferencia audiencia ciencia competencia presencia ausencia influencia violencia paciencia conciencia importancia distancia elegancia esperanza
enseñanza alianza balanza cultura lectura escritura estructura factura temperatura agricultura arquitectura literatura basura cobertura apertura madera harina masa manzana
furgoneta carretera ruta salida entrada llegada parada mirada llamada temporada mejora plantilla cadena rueda cabeza cara boca espalda pierna sonrisa risa fiesta boda
cena comida bebida vida medida partida pérdida herida bienvenida beca deuda cuenta cuota tasa tarifa moneda inversora bolsa caja cuota plantilla reforma plataforma
versión licencia mudanza estadística política música física práctica crítica técnica ética estética lógica matemática informática logística gramática fábrica oportunidad
calidad cantidad ciudad comunidad sociedad realidad verdad libertad amistad dificultad facultad habilidad capacidad responsabilidad seguridad propiedad
misión visión pasión sesión decisión profesión comisión presión inversión versión dimensión expresión impresión discusión conclusión`;

/** Nouns of persons that are masculine and feminine. */
export const commonGenderNouns = `cliente estudiante gerente colega joven artista periodista dentista electricista economista especialista accionista turista ciclista deportista líder
testigo modelo piloto miembro paciente agente asistente ayudante representante votante oyente hablante amante cantante comerciante contable responsable profesional intérprete
juez policía guardia guía recluta atleta pianista taxista activista analista optimista pesimista recepcionista protagonista internauta astronauta mar web internet sartén orden capital
editorial final frente corte cura pendiente parte cometa radio azúcar calor margen terminal portavoz rival fan influencer freelance becario`;

/** Feminine nouns that begin with a stressed a and take el and un. */
export const stressedA =
  'agua águila área arma alma aula hambre hacha ala ama ave habla acta ancla ansia arca asma haba hada alba alga asa';

/** Function words and others that are no noun, adjective or regular verb; with the accent that they have. */
export const otherSpanishWords = `más también además después así aquí ahí allí allá acá quizá quizás jamás detrás atrás según ningún algún todavía día días país países través sólo aún adiós
ojalá incluso inclusive mediante durante apenas casi siempre nunca entonces luego pronto tarde temprano cerca lejos dentro fuera encima debajo delante alrededor mientras aunque sino porque
cuando donde como quien cual cuyo cuya bastante demasiado demasiada tanto tanta cuánto cuánta cuántos cuántas cuál cuáles quién quiénes dónde cuándo cómo qué mío tuyo suyo nuestro
nuestra nuestros nuestras vuestro vuestra usted ustedes nosotros nosotras ellos ellas alguien nadie nada algo cada ambos ambas varios varias mismo misma mismos mismas otro otra otros otras
primero primera segundo tercero tercera cuarto quinto último última único única próximo próxima mejor peor mayor menor buen buena bueno gran grande grandes mal malo mala hoy ayer mañana
anoche gracias hola favor bienvenido bienvenida felicidades enhorabuena saludos atentamente menudo veces cosas gente paréntesis lunes miércoles sábado sábados`;

/** Esdrújula and other nouns and adjectives with an accent, whose form without it is no word. */
export const accentedWords = `éxito éxitos número números teléfono teléfonos página páginas pública públicas crédito créditos débito ámbito ámbitos código códigos método métodos
época épocas década décadas máquina máquinas música médico médicos médica técnico técnicos básico básica básicos básicas económico económica políticas política lógica ética
única únicos únicas último últimos últimas próximo próximos próximas rápido rápida rápidos rápidas fácil fáciles difícil difíciles útil útiles inútil débil ágil móvil móviles
árbol árboles cárcel césped lápiz azúcar carácter líder líderes póster dólar dólares límite límites análisis énfasis hipótesis síntesis parálisis título títulos artículo artículos
capítulo capítulos vehículo vehículos currículum fórmula fórmulas película películas estímulo vínculo vínculos miércoles sábado sábados café cafés bebé sofá papá mamá inglés
francés portugués japonés holandés interés estrés exámenes imágenes jóvenes orígenes órdenes volúmenes resúmenes crímenes márgenes corazón razón región opinión unión reunión avión
camión televisión jardín almacén también común según atención algodón balcón cartón patrón ratón melón millón gestión cuestión conexión religión compañía compañías energía
tecnología tecnologías categoría categorías garantía mayoría minoría economía filosofía psicología metodología fotografía cafetería librería panadería peluquería ingeniería batería
alegría todavía policía vía vías tía río ríos frío fría país países raíz raíces maíz baúl ataúd oído oídos egoísta increíble increíbles sonreír reír oír caída ahí día días
guía guías geografía biografía ortografía autoría asesoría auditoría consultoría tutoría teoría ciudadanía ganadería enfermería carpintería mecánica eléctrico eléctrica electrónico
electrónica histórico histórica científico científica específico específica magnífico magnífica fantástico fantástica simpático simpática auténtico auténtica estratégico estratégica
académico académica dinámico dinámica orgánico térmico químico química física físico clínico clínica clínicas gráfico gráficos tráfico logística estadística estadísticas informática
gramática matemáticas diálogo diálogos catálogo psicólogo psicóloga sociólogo propósito propósitos depósito depósitos espíritu rincón sillón pasión misión visión decisión profesión versión inversión
ocasión extensión expresión sesión dimensión mención acción función sección dirección selección colección elección lección corrección protección traducción producción construcción
introducción reducción canción emoción estación educación información formación comunicación organización situación solución relación publicación aplicación oración población nación
celebración motivación innovación colaboración preparación inscripción descripción suscripción opción atención intención invención prevención condición tradición edición petición posición
competición exposición oposición cámara cámaras fábrica fábricas kilómetro kilómetros centímetro milímetro termómetro parámetro sílaba síntoma síntomas fenómeno océano oxígeno
micrófono altavoz megáfono pódcast cónyuge huésped túnel fósil mármol ángel césar dátil fértil hábil hábiles hábito hábitos ánimo mínimo mínima máximo máxima óptimo óptima pésimo íntimo legítimo
péndulo régimen pórtico pérdida pérdidas búsqueda búsquedas árabe índice índices cúpula brújula célula células válvula cláusula mayúscula minúscula ejército mérito récord
órgano órganos órbita ópera óptica bóveda háptica ámbar cráter mártir níquel néctar trébol cómodo cómoda incómodo sólido sólida ácido húmedo cálido cálida pálido tímido tímida rígido líquido
lúdico irónico cómico trágico mágico mágica único cínico ridículo ridícula idéntico nómina nóminas pólvora lámpara lámparas sábana sótano pájaro pájaros plátano relámpago
estómago hígado músculo médula bálsamo cáncer análogo homólogo pedagógico tecnológico tecnológica ecológico ecológica biológico lógico psicológico ideológico cronológico metódico periódico periódicos
jurídico jurídica médicas lácteo líneas línea aérea aéreo área áreas espontáneo espontánea simultáneo instantáneo contemporáneo momentáneo subterráneo mediterráneo fotógrafo fotógrafa`;

/** Misspellings that no rule derives, each with what is meant; `_` stands for a space. */
export const spanishMisspellings = `compania:compañía companias:compañías compañia:compañía companero:compañero companera:compañera companeros:compañeros espanol:español manana:mañana pequeno:pequeño pequena:pequeña
nino:niño ninos:niños nina:niña diseno:diseño disenar:diseñar ensenar:enseñar sueno:sueño suenos:sueños montana:montaña otono:otoño senor:señor senora:señora tamano:tamaño extrano:extraño
haiga:haya haigan:hayan ecepción:excepción exepción:excepción excepcion:excepción nadien:nadie naiden:nadie asín:así osea:o_sea enserio:en_serio
sobretodo:sobre_todo porsupuesto:por_supuesto atravez:a_través através:a_través aveces:a_veces alomejor:a_lo_mejor apartir:a_partir talves:tal_vez derrepente:de_repente deacuerdo:de_acuerdo
enfín:en_fin encambio:en_cambio sinembargo:sin_embargo amedida:a_medida devido:debido apesar:a_pesar porfabor:por_favor porfavor:por_favor almenos:al_menos
imágen:imagen exámen:examen jóven:joven volúmen:volumen órden:orden resúmen:resumen gérmen:germen orígen:origen márgen:margen crímen:crimen fué:fue fuí:fui vió:vio dió:dio tí:ti
hize:hice hizé:hice hiso:hizo iciste:hiciste icieron:hicieron ize:hice deciciones:decisiones desicion:decisión desición:decisión decición:decisión desiciones:decisiones
convinar:combinar conbinar:combinar enbiar:enviar inbitar:invitar combertir:convertir conbertir:convertir inportante:importante inposible:imposible conpañía:compañía
conpartir:compartir conpleto:completo canbio:cambio canbiar:cambiar tienpo:tiempo ejenplo:ejemplo enpresa:empresa enpezar:empezar enpleo:empleo nonbre:nombre honbre:hombre sienpre:siempre
tanbien:también tanvién:también tambein:también grasias:gracias nesesario:necesario nesesita:necesita nesecito:necesito nesecario:necesario nececito:necesito
desarollo:desarrollo desarollar:desarrollar interezante:interesante interezado:interesado interezada:interesada exelente:excelente exelentes:excelentes ecelente:excelente exito:éxito
espectativa:expectativa espectativas:expectativas expectador:espectador extricto:estricto esplicar:explicar esplicación:explicación esperiencia:experiencia esperiencias:experiencias estranjero:extranjero
espontaneo:espontáneo extructura:estructura esteriór:exterior estraordinario:extraordinario estraño:extraño aprobechar:aprovechar aprovar:aprobar recivir:recibir recivo:recibo recivimos:recibimos
recivido:recibido escrivir:escribir escrivo:escribo serbicio:servicio serbicios:servicios nuebo:nuevo nueba:nueva nuebos:nuevos nuebas:nuevas jobenes:jóvenes joben:joven llebar:llevar llebamos:llevamos
bienbenido:bienvenido bienbenida:bienvenida bienbenidos:bienvenidos vienvenido:bienvenido vienvenidos:bienvenidos vienvenida:bienvenida haora:ahora aora:ahora ahroa:ahora haci:así haver:haber aver:a_ver
huvo:hubo ubo:hubo havía:había abía:había avía:había habia:había habian:habían ubiera:hubiera huviera:hubiera estubo:estuvo estubimos:estuvimos estubieron:estuvieron estube:estuve tubimos:tuvimos tubieron:tuvieron tubiste:tuviste
tube:tuve andubo:anduvo ivamos:íbamos ibamos:íbamos íva:iba hiba:iba hiban:iban hir:ir emos:hemos hechar:echar hechando:echando hecharon:echaron hechamos:echamos hecharía:echaría hechado:echado
hechó:echó deshechar:desechar desaparesca:desaparezca conosco:conozco conosca:conozca paresco:parezco paresca:parezca ofresco:ofrezco agradesco:agradezco agradescemos:agradecemos
satisfació:satisfizo andé:anduve andó:anduvo conducí:conduje condució:condujo produció:produjo traducí:traduje traducieron:tradujeron conducieron:condujeron produjieron:produjeron dijieron:dijeron trajieron:trajeron
rompido:roto escribido:escrito abrido:abierto cubrido:cubierto volvido:vuelto ponido:puesto hacido:hecho morido:muerto resolvido:resuelto descubrido:descubierto veniste:viniste
cocreta:croqueta almóndiga:albóndiga cónyugue:cónyuge dentrífico:dentífrico metereología:meteorología metereológico:meteorológico idiosincracia:idiosincrasia preveer:prever preveyendo:previendo proveyer:proveer garage:garaje mensage:mensaje mensages:mensajes lenguage:lenguaje viage:viaje viages:viajes personage:personaje aprendisaje:aprendizaje porcentage:porcentaje jestión:gestión jente:gente
jeneral:general jenerar:generar exijir:exigir exije:exige dirijir:dirigir dirije:dirige elejir:elegir elije:elige elijió:eligió protejer:proteger proteje:protege recojer:recoger recoje:recoge cojer:coger escojer:escoger
corrijir:corregir tegido:tejido trabage:trabaje trabageis:trabajéis digeron:dijeron digiste:dijiste trageron:trajeron dige:dije produgo:produjo tradugo:tradujo conduge:conduje balla:vaya vallamos:vayamos llendo:yendo llegé:llegué llege:llegue pagé:pagué page:pague jugé:jugué segir:seguir sigiente:siguiente sigientes:siguientes consegir:conseguir
consige:consigue sige:sigue averigé:averigüé verguenza:vergüenza antiguedad:antigüedad bilingue:bilingüe linguistica:lingüística pinguino:pingüino cigueña:cigüeña desague:desagüe
buscé:busqué practicé:practiqué explicé:expliqué empezé:empecé comenzé:comencé realizé:realicé organizé:organicé analizé:analicé utilizé:utilicé alcanzé:alcancé avanzé:avancé lanzé:lancé empeze:empecé
iniciatibas:iniciativas iniciatiba:iniciativa actibidad:actividad actibidades:actividades nobedad:novedad nobedades:novedades obiamente:obviamente obio:obvio obserbar:observar resolber:resolver volber:volver bolver:volver
mobimiento:movimiento movil:móvil inverciones:inversiones inverción:inversión ocación:ocasión ocacion:ocasión ocaciones:ocasiones profeción:profesión profecional:profesional profecionales:profesionales proceción:procesión
precentación:presentación presentasión:presentación comunicasión:comunicación organisación:organización organisar:organizar realisar:realizar utilisar:utilizar analisar:analizar actualisar:actualizar trasnporte:transporte probelma:problema porblema:problema trabjo:trabajo trabao:trabajo emrpesa:empresa epmresa:empresa grcias:gracias tiepo:tiempo persoans:personas peronas:personas
quisas:quizás quisás:quizás quizas:quizás perdoname:perdóname disculpame:discúlpame nescesario:necesario nescesidad:necesidad conciente:consciente concientes:conscientes incapáz:incapaz capáz:capaz
virútd:virtud ingles:inglés frances:francés portugues:portugués adquicición:adquisición adquisisión:adquisición suscripsión:suscripción exausto:exhausto exaustivo:exhaustivo exibir:exhibir exibición:exhibición
proibido:prohibido proibir:prohibir alhago:halago alagado:halagado inchar:hinchar ermoso:hermoso ermosa:hermosa umano:humano umana:humana umanos:humanos umilde:humilde istoria:historia istorias:historias ospital:hospital otel:hotel
orario:horario orarios:horarios ijo:hijo ija:hija ijos:hijos ermano:hermano ermana:hermana erramienta:herramienta erramientas:herramientas ablar:hablar abla:habla ablamos:hablamos ablando:hablando acer:hacer aciendo:haciendo
ace:hace acemos:hacemos allar:hallar elado:helado uevo:huevo uevos:huevos uésped:huésped orizonte:horizonte`;
