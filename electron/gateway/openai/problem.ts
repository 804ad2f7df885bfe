import type { Problem } from '../problems.ts';

/** A problem in the words that OpenAI's clients read. */
export const openaiProblem = ({ status, code, message }: Problem) => ({
  error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error', param: null, code },
});
