/**
 * The page gets no permission at all: no camera, no notification, no clipboard reading, no file picker of its own.
 * A function, not a constant, because both hosts and the tests ask it by name.
 */
export function decidePermission(_name: string): false {
  return false;
}
