/** `1 entry`, `2 entries`: for sentences outside the page, which has its own formats. */
export const counted = (value: number, one: string, many = `${one}s`): string => `${value} ${value === 1 ? one : many}`;
