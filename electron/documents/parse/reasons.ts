import { CloisterError, type ErrorCode } from '../../../shared/errors.ts';

type Refused = Extract<ErrorCode, 'parse_failed' | 'unsupported_type' | 'too_large' | 'timeout' | 'cancelled'>;

/**
 * Every way a file can fail, with the sentence people read. The sandbox names a reason of this list and nothing else, so
 * that a taken-over parser cannot put words of its own on the screen.
 */
export const reasons = {
  password: [
    'parse_failed',
    'This file is protected with a password. Open it, save a copy without one, and add that copy.',
  ],
  restricted: [
    'parse_failed',
    'This file is protected by rights management. Ask its owner for a copy without protection, and add that copy.',
  ],
  scanned: [
    'parse_failed',
    'No text found: the pages are pictures (a scan). Run text recognition (OCR) on it, and add the result.',
  ],
  empty: ['parse_failed', 'This file is empty. If it should not be, copy it again from where it came from.'],
  no_text: ['parse_failed', 'No text was found in this file. If you can see text in it, save it as PDF, and add that.'],
  damaged: [
    'parse_failed',
    'This file is damaged or incomplete. Open it in the program that made it, save it again, and add that copy.',
  ],
  misnamed: [
    'parse_failed',
    'The content of this file is not what its name says. Give it the right ending (such as .pdf), and add it again.',
  ],
  doctype: [
    'parse_failed',
    'This file brings its own document type definition, which can hide an attack, so it was not read. Save it again without one.',
  ],
  too_deep: [
    'parse_failed',
    'This file is nested too deeply to be read safely. Save it in a simpler form, and add that.',
  ],
  bomb: [
    'too_large',
    'This file unpacks to far more than a document should, so it was not read. If you trust it, save its parts separately.',
  ],
  file_too_large: ['too_large', 'This file is larger than 100 MB. Split it, and add the parts.'],
  too_many_pages: ['too_large', 'This file has more than 5,000 pages. Split it, and add the parts.'],
  too_many_cells: ['too_large', 'These sheets have more than two million cells. Keep the part you need, and add that.'],
  too_much_text: ['too_large', 'This file holds more text than can be taken in at once. Split it, and add the parts.'],
  word_97: [
    'unsupported_type',
    'The old Word format (.doc) is not read. Open the file, save it as DOCX, and add that copy.',
  ],
  powerpoint_97: [
    'unsupported_type',
    'The old PowerPoint format (.ppt) is not read. Open the file, save it as PPTX, and add that copy.',
  ],
  outlook: [
    'unsupported_type',
    'Outlook messages (.msg) are not read. Save the message as .eml, or print it to PDF, and add that copy.',
  ],
  office_95: [
    'unsupported_type',
    'This office format is too old to be read. Open the file in a current program, save it as DOCX, XLSX or PDF, and add that.',
  ],
  archive: ['unsupported_type', 'Archives are not read. Unpack it, and add the files inside.'],
  picture: ['unsupported_type', 'Pictures are not read. Run text recognition (OCR) on it, and add the result.'],
  sound: ['unsupported_type', 'Sound and video are not read. Add a transcript instead.'],
  unknown: [
    'unsupported_type',
    'This kind of file is not read. Save it as PDF, DOCX, HTML or plain text, and add that copy.',
  ],
  crashed: [
    'parse_failed',
    'Reading this file stopped the reader, which did no harm: it runs on its own. Save the file as PDF or plain text, and add that.',
  ],
  out_of_memory: [
    'parse_failed',
    'Reading this file needed more memory than a document may have. Split it, or save it as plain text, and add that.',
  ],
  too_slow: [
    'timeout',
    'Reading this file took too long and was stopped. Split it, or save it as PDF or plain text, and add that.',
  ],
  junk: [
    'parse_failed',
    'The reader gave back something that is no document, so it was thrown away. Save the file as PDF or plain text, and add that.',
  ],
  no_sandbox: [
    'parse_failed',
    'The sandbox that reads files could not be started, so nothing was read. Run “cloister doctor” to see why.',
  ],
  unsealed: [
    'parse_failed',
    'Your organisation requires that files are read in a namespace of their own, which this system does not give, so nothing was read. Run “cloister doctor” to see why.',
  ],
  cancelled: ['cancelled', 'Reading this file was cancelled.'],
} as const satisfies Record<string, readonly [Refused, string]>;

export type Reason = keyof typeof reasons;

export const reasonNames = Object.keys(reasons) as readonly Reason[];

export function refused(reason: Reason): CloisterError {
  const [code, sentence] = reasons[reason];
  return new CloisterError(code, sentence, { detail: { reason } });
}
