interface Answerable {
  readonly question: string;
  readonly answerable: true;
  readonly document: string;
  /** Null for formats without pages; a sheet or a slide counts as a page. */
  readonly page: number | null;
  /** Words of the document, exactly. */
  readonly quote: string;
}

interface Unanswerable {
  readonly question: string;
  readonly answerable: false;
}

const asked = (question: string, document: string, page: number | null, quote: string): Answerable => ({
  question,
  answerable: true,
  document,
  page,
  quote,
});

const unanswered = (question: string): Unanswerable => ({ question, answerable: false });

/** What can be asked of the sample documents, with where the answer stands; the last three they do not answer. */
export const questions: readonly (Answerable | Unanswerable)[] = [
  asked(
    'How many days a week may I work from home?',
    'Employee handbook.pdf',
    3,
    'You may work from home up to three days a week.',
  ),
  asked(
    'What is the notice period for an employee with seven years of service?',
    'Employee handbook.pdf',
    6,
    '5 to 10 years | 2 months | 3 months',
  ),
  asked(
    'How much is paid for each kilometre with my own car?',
    'Employee handbook.pdf',
    4,
    'Own car, for each kilometre | EUR 0.28 | EUR 0.28',
  ),
  asked(
    'Within what time must a lost device be reported, and where?',
    'Employee handbook.pdf',
    5,
    'Report a lost device, a wrong recipient or a suspicious message to the security desk within one hour',
  ),
  asked(
    'Until when can leave days be carried over?',
    'Employee handbook.pdf',
    3,
    'Days that were carried over lapse on 31 March',
  ),
  asked(
    'By what date must the letter arrive to end the lease early?',
    'Lease agreement.docx',
    null,
    'by registered letter that reaches the Landlord no later than 31 July 2026',
  ),
  asked(
    'How high is the bank guarantee for the office?',
    'Lease agreement.docx',
    null,
    'The Tenant provides a bank guarantee of EUR 55,800',
  ),
  asked(
    'Who voted against the acoustic chamber, and why?',
    'Minutes 2026-03-12.md',
    null,
    'Noor Bakker voted against, because the meeting room is closed from 6 July to 30 October.',
  ),
  asked(
    'What is the total budget of Engineering for 2026?',
    'Budget 2026.xlsx',
    1,
    'Department: Engineering | Q1: 412,000 | Q2: 418,000 | Q3: 431,000 | Q4: 425,000 | Total 2026: 1,686,000',
  ),
  asked(
    'When is the Fjord 3 launched?',
    'Town hall.pptx',
    3,
    'Our new sound level meter is launched on 15 September 2026',
  ),
  asked('Who is the buddy of Jonas Peeters?', 'Welcome.eml', null, 'Your buddy is Kaya Brandt from Engineering.'),
  asked('When does the reception close on Fridays?', 'office-hours.html', null, 'Friday | 8:00 | 16:30'),
  asked(
    'Until when does the contract with Lydmikro run?',
    'suppliers.csv',
    null,
    'Lydmikro AS,Microphone capsules,Henrik Dahl,2027-06-30,312000,6 months',
  ),
  unanswered('Which bank holds the company’s accounts?'),
  unanswered('How long is the warranty on a sound level meter?'),
  unanswered('What was discussed at the works council meeting in January?'),
];
