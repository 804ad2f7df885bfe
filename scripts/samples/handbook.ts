/** The employee handbook of an invented company. Facts here agree with the other samples. */
export type HandbookPart =
  | { readonly kind: 'chapter' | 'section' | 'text' | 'item'; readonly text: string }
  | { readonly kind: 'table'; readonly widths: readonly number[]; readonly rows: readonly (readonly string[])[] };

const chapter = (text: string): HandbookPart => ({ kind: 'chapter', text });
const section = (text: string): HandbookPart => ({ kind: 'section', text });
const text = (content: string): HandbookPart => ({ kind: 'text', text: content });
const item = (content: string): HandbookPart => ({ kind: 'item', text: content });
const table = (widths: readonly number[], rows: readonly (readonly string[])[]): HandbookPart => ({
  kind: 'table',
  widths,
  rows,
});

export const handbook: readonly HandbookPart[] = [
  chapter('1 About this handbook'),
  section('1.1 Halden & Voss in brief'),
  text(
    'Halden & Voss was founded in 1987 by Sigrid Halden and Pieter Voss, two acousticians who were tired of carrying a suitcase of equipment to every measurement. We design and build sound level meters and calibrators in our own workshop at Kastelplein 14, Vlierhoven. On 1 January 2026 we were 64 people in five departments: Engineering, Workshop, Sales, Support and Office.',
  ),
  section('1.2 Who it applies to'),
  text(
    'This handbook applies to everyone employed by Halden & Voss, whatever the hours or the length of the contract. Where an individual contract says something different, the contract comes first. Interns and agency workers follow chapters 2, 6 and 7; the other chapters apply to them only where this is said.',
  ),
  section('1.3 Changes'),
  text(
    'This is version 4, in force from 1 January 2026. The management team decides on changes after hearing the works council. A change that costs you money or time is announced at least two months before it takes effect.',
  ),
  chapter('2 Working time'),
  section('2.1 Hours'),
  text(
    'A full-time week has 38 hours. You plan your own day between 7:00 and 19:00, as long as you can be reached during core hours, from 10:00 to 15:00. Lunch is half an hour and is not working time. The workshop works in one shift, from 7:30 to 15:45, because the machines are shared.',
  ),
  section('2.2 Overtime'),
  text(
    'Overtime is worked only when your team lead has asked for it. It is given back as time off within eight weeks; hours on a Saturday count one and a half times, hours on a Sunday or public holiday count double. Overtime that could not be given back within eight weeks is paid out with the next salary.',
  ),
  section('2.3 Recording hours'),
  text(
    'Hours are recorded by the Friday of each week in the time sheet. Forgotten weeks can be corrected until the fifth working day of the next month; after that the recorded hours stand.',
  ),
  chapter('3 Working from home'),
  section('3.1 How often'),
  text(
    'You may work from home up to three days a week. Tuesday is the common day: on Tuesdays everyone who can comes to Kastelplein, and team meetings are planned on that day. People in their first two months work from home at most one day a week, so that they get to know the house.',
  ),
  section('3.2 Equipment at home'),
  text(
    'For a desk, a chair or a screen at home, Halden & Voss pays up to EUR 650 once every four years. Send the receipt with your expense claim. What was bought from this budget stays yours when you leave after more than one year of service; within the first year it is returned.',
  ),
  section('3.3 Working from abroad'),
  text(
    'You may work up to 20 working days a calendar year from another country of the European Economic Area or from Switzerland. Ask at least three weeks ahead, because the social insurance certificate has to be requested first. Working from countries outside this area is not possible.',
  ),
  chapter('4 Leave'),
  section('4.1 Annual leave'),
  text(
    'With full-time hours you have 27 days of leave a year; part-time staff have them in proportion. From the year in which you turn 55 you have two days more. Leave of more than three weeks in one go needs the agreement of your team lead four months ahead.',
  ),
  section('4.2 Carrying days over'),
  text(
    'Up to five days can be carried over to the next year. Days that were carried over lapse on 31 March, unless illness or parental leave kept you from taking them.',
  ),
  section('4.3 Illness'),
  text(
    'When you are ill, call or write to your team lead before 9:30 on the first day. A doctor’s certificate is needed from the fourth day of absence, weekends included. Your salary is paid in full for 26 weeks, then at 80 per cent for another 26 weeks.',
  ),
  section('4.4 Birth and parental leave'),
  text(
    'Partners have six weeks of birth leave at full pay, to be taken within the first six months after the birth. Parental leave beyond that follows the law: 26 times the weekly hours until the child turns eight, of which the first nine weeks are paid at 70 per cent.',
  ),
  section('4.5 Special leave'),
  text('For these occasions you have paid leave that does not count as annual leave:'),
  table(
    [250, 110, 120],
    [
      ['Occasion', 'Days', 'To be taken within'],
      ['Your own wedding or registered partnership', '2', '3 months'],
      ['Death of a partner, parent or child', '5', '4 weeks'],
      ['Death of a brother, sister or grandparent', '2', '4 weeks'],
      ['Moving house', '1', '1 month'],
      ['Voluntary work agreed with your team lead', '2', 'the year'],
    ],
  ),
  chapter('5 Travel and expenses'),
  section('5.1 How we travel'),
  text(
    'Trains come first. Journeys of less than 700 kilometres are made by train or car, not by plane, unless the management team has agreed otherwise. Trains are booked in second class; first class is paid when the journey takes more than four hours. Trips of more than EUR 1,500 are approved by the head of department before anything is booked.',
  ),
  section('5.2 Rates'),
  text('These rates apply from 1 January 2026. They are reviewed every year in November.'),
  table(
    [250, 115, 115],
    [
      ['Kind of cost', 'At home', 'Abroad'],
      ['Own car, for each kilometre', 'EUR 0.28', 'EUR 0.28'],
      ['Own bicycle, for each kilometre', 'EUR 0.23', 'EUR 0.23'],
      ['Daily allowance, more than eight hours', 'EUR 38', 'EUR 62'],
      ['Hotel with breakfast, at most', 'EUR 145', 'EUR 190'],
      ['Meal with a customer, each person at most', 'EUR 55', 'EUR 70'],
    ],
  ),
  section('5.3 Claiming'),
  text(
    'Expenses are claimed within 30 days after the journey, with receipts. Claims that arrive by the 20th of a month are paid with the salary of that month. Tips up to ten per cent are paid; fines never are.',
  ),
  section('5.4 Commuting'),
  text(
    'Season tickets for public transport are paid in full. Who comes by bicycle or car receives EUR 0.16 for each kilometre between home and Kastelplein, for at most 40 kilometres one way, on the days when the journey was made.',
  ),
  chapter('6 Information security'),
  section('6.1 Devices'),
  text(
    'Work is done on devices that Halden & Voss has issued. They lock after five minutes, their disks are encrypted, and updates are installed within seven days. Private devices may be used to read mail and calendar when they are enrolled, and for nothing else.',
  ),
  section('6.2 When something goes wrong'),
  text(
    'Report a lost device, a wrong recipient or a suspicious message to the security desk within one hour, day or night, at extension 4400. Nobody is blamed for reporting. The security desk is led by Amara Diallo.',
  ),
  section('6.3 Artificial intelligence'),
  text(
    'Texts, drawings and measurements of Halden & Voss or its customers are put only into tools that run on our own machines. A person checks every result before it leaves the house, and is named as its author.',
  ),
  section('6.4 Keeping and deleting'),
  item('• Customer measurements are kept for ten years after delivery, then deleted.'),
  item(
    '• Applications of people who were not hired are deleted after four weeks, or after one year with their consent.',
  ),
  item('• Recordings of meetings are deleted once the minutes have been approved, at the latest after 30 days.'),
  chapter('7 Conduct'),
  section('7.1 Gifts'),
  text(
    'Gifts worth up to EUR 50 may be accepted and are shared with the team. Anything worth more is declined, or handed to the office, which raffles it for a good cause in December. Money is never accepted.',
  ),
  section('7.2 Confidential adviser'),
  text(
    'If something at work troubles you, you can talk to the confidential adviser, Ingrid Solheim, or to the outside adviser whose number hangs beside the coffee machine on the third floor. What you say is passed on only with your consent.',
  ),
  section('7.3 Work for others'),
  text(
    'Paid work for others needs written permission, which is given unless it competes with ours or endangers your rest. Teaching and voluntary work need no permission.',
  ),
  chapter('8 Leaving'),
  section('8.1 Notice'),
  text('Notice is given in writing and takes effect at the end of a calendar month. The periods are:'),
  table(
    [220, 130, 130],
    [
      ['Length of service', 'By the employee', 'By Halden & Voss'],
      ['Probation, first two months', '1 week', '1 week'],
      ['Less than 5 years', '1 month', '2 months'],
      ['5 to 10 years', '2 months', '3 months'],
      ['More than 10 years', '2 months', '4 months'],
    ],
  ),
  section('8.2 The last day'),
  text(
    'On the last working day you hand back laptop, phone, access card and keys to the office. Accounts are closed at 18:00 on that day. Leave that is left over is paid out with the last salary.',
  ),
  section('8.3 References'),
  text(
    'You receive a written reference within two weeks of asking. Telephone references are given only by the head of department, and only when you have agreed.',
  ),
];
