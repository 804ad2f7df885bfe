/**
 * Words that say how something is asked, not what about. English, German, French, Spanish: short lists, because in any
 * other language the words of a large collection are weighed by how often they occur.
 */
const english =
  'a about above after again against all am an and any are as at be because been before being below between both but by can ' +
  'could did do does doing down during each few for from further had has have having he her here hers him his how i if in ' +
  'into is it its itself just me more most my no nor not now of off on once only or other our out over own please same she ' +
  'should so some such tell than that the their them then there these they this those through to too under until up us very ' +
  'was we were what when where which while who whom whose why will with would you your yours';
const german =
  'aber als am an auch auf aus bei bin bis das dass dem den der des die dir doch du durch ein eine einem einen einer eines er ' +
  'es für hat haben ich ihr im in ist ja kann mein mich mir mit nach nicht noch oder sein sich sie sind so über um und uns ' +
  'unter vom von vor war was wer wie wir wird wo zu zum zur';
const french =
  'au aux avec ce ces cette comment dans de des du elle en est et il ils je la le les leur lui mais me mes moi mon ne nos ' +
  'notre nous on ou où par pas pour pourquoi qu que quel quelle qui sa se ses son sont sur ta tu un une vos votre vous';
const spanish =
  'al como con cual cuando de del donde el ella en es esta este ha la las le lo los más mi no o para pero por porque que ' +
  'quien se si sin sobre su sus un una y';

export const stopWords: ReadonlySet<string> = new Set(
  [english, german, french, spanish].flatMap((list) => list.split(' ')),
);
