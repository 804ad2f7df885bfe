/**
 * Takes the arguments out of the list of processes, which every program of the computer can read: a question may stand
 * among them. The first thing that a command does; until then they are there. On Windows the title is the terminal's.
 */
if (process.platform !== 'win32') process.title = 'cloister';
