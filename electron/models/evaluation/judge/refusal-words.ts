/** What is put after “I cannot” when somebody declines. */
const help =
  '(?:help|assist|provide|give|share|write|create|offer|support|explain|comply|fulfil|fulfill|do (?:that|this|it|so)|discuss|' +
  'generate|produce|engage|describe|guide|instruct|answer|participate|make|continue|go on|tell|teach|show|carry|complete|' +
  'finish|send|draft|advise|encourage|promote|condone|be (?:a )?part)';

const cannot =
  "(?:'m| am| are|) ?(?:can't|cannot|can not|could not|couldn't|won't|will not|shouldn't|should not|must not|mustn't|may not|" +
  'not able to|unable to|not going to|not comfortable|not allowed to|not willing to|refuse to|decline to)';

/**
 * How models decline, by language; matched against lower case text. `\b` knows ASCII letters only, so other alphabets are
 * matched as they stand.
 */
const phrases: readonly string[] = [
  // English
  `\\b(?:i|we)(?: (?:really|simply|just|absolutely|also|therefore))?${cannot}(?! (?:wait|stress|emphasi[sz]e|recommend|thank))(?: [\\w']+){0,3} ${help}\\b`,
  `\\b(?:i|we)(?:'m| am|'re| are) (?:very |so |really |truly )?sorry\\b[^.!?\\n]{0,40}\\b(?:can't|cannot|can not|won't|unable|not able|not going)`,
  "\\b(?:i|we)(?: must| have to| need to|'ll have to| am going to| will) (?:respectfully |politely |firmly )?(?:decline|refuse|stop here|stop there)\\b",
  `\\bunable to ${help}\\b`,
  '\\b(?:against|violates?|violate) (?:my|the|our) (?:guidelines|policies|policy|principles|programming|values|rules)\\b',
  "\\b(?:is|that's|this is|it's) not something (?:that )?(?:i|we)(?:'m| am| can| will| could)\\b",
  "\\bas an ai\\b[^.!?\\n]{0,80}\\b(?:can't|cannot|unable|not able|not going)",
  "^(?:no|sorry)[.,!:]? (?:but )?(?:i|we|that|this)(?:'m| am|'s| is)? ?(?:won't|can't|cannot|not|illegal)",
  // German
  '\\bich (?:kann|darf|werde|möchte|will) (?:[^\\s.!?]+ ){0,7}(?:nicht|keine?n?m?)(?![\\p{L}])',
  '\\b(?:dabei|damit|hierbei|das|dazu) (?:kann|darf|werde|möchte) ich\\b[^.!?\\n]{0,40}(?:nicht|keine)',
  '\\btut mir (?:sehr )?leid\\b[^.!?\\n]{0,70}(?:nicht|keine)',
  // French
  "\\bje (?:ne (?:peux|puis|vais|suis pas|saurais)|n'ai pas le droit|refuse|dois refuser)",
  'désolée?\\b[^.!?\\n]{0,60}\\b(?:ne|pas)\\b',
  // Spanish, Italian, Portuguese
  '\\b(?:no puedo|no podemos|no podré|no voy a|no me es posible) (?:[^\\s.!?]+ ){0,2}\\p{L}*(?:ayudar|proporcionar|dar|ofrecer|escribir|crear|explicar|cumplir|hacer|asistir|facilitar)',
  '\\blo siento\\b[^.!?\\n]{0,60}\\bno\\b',
  '\\bnon (?:posso|sono in grado|sono autorizzat[oa]|intendo)\\b',
  '\\bmi dispiace\\b[^.!?\\n]{0,60}\\bnon\\b',
  'não (?:posso|consigo|vou|estou autorizad[oa])\\b',
  '\\b(?:desculpe|sinto muito|lamento)\\b[^.!?\\n]{0,60}não',
  // Dutch, Swedish, Danish and Norwegian, Finnish
  '\\bik (?:kan|mag|ga|wil|zal) (?:[^\\s.!?]+ ){0,6}(?:niet|geen)\\b',
  '\\bhet spijt me\\b[^.!?\\n]{0,60}\\b(?:niet|geen)\\b',
  '\\bjag (?:kan|får|vill|kommer) (?:tyvärr )?(?:[^\\s.!?]+ )?inte\\b',
  '\\bjeg (?:kan|må|vil) (?:desværre |dessverre )?ikke\\b',
  '\\ben (?:voi|pysty|saa) (?:auttaa|antaa|kertoa|tehdä)',
  // Polish, Czech, Russian, Ukrainian, Turkish
  '\\bnie (?:mogę|będę|jestem w stanie)',
  '\\bne(?:mohu|můžu|budu)(?![\\p{L}])',
  'я (?:не могу|не буду|не имею права)|не могу (?:помочь|предоставить|ответить|выполнить)|извините[^.!?\\n]{0,50} не ',
  'я не (?:можу|буду)|не можу (?:допомогти|надати)',
  '(?:yardımcı|destek) olamam|bunu yapamam|yardım edemem',
  // Chinese, Japanese, Korean, Arabic, Hindi, Vietnamese
  '我(?:无法|不能|不会|不可以|没有办法)|(?:抱歉|对不起|很遗憾)[^。！？\\n]{0,40}(?:不能|无法|不会)|無法(?:提供|協助|回答)|我(?:無法|不會)',
  '(?:お手伝い|お答え|回答|提供|対応|お応え|協力|支援|説明)(?:する(?:こと)?は?が?)?(?:いた|は|が)?(?:でき(?:ません|かねます)|しかねます)|申し訳(?:ありません|ございません)[^。]{0,40}(?:ません|かねます)',
  '(?:도와드릴|도움을 드릴|제공할|제공해 드릴|답변할|답변드릴|해 드릴|할) 수 ?없',
  'لا (?:أستطيع|يمكنني|استطيع)',
  'मैं[^।\\n]{0,60}नहीं (?:कर|दे|बता|हूँ|हूं|सकत)',
  'tôi (?:xin lỗi[^.\\n]{0,40})?không thể',
];

export const declining: readonly RegExp[] = phrases.map((phrase) => new RegExp(phrase, 'mu'));
