/** Words between quotation marks of any kind; the first group holds them. */
export const quotation = /["“„«]([^"“”„«»]+)["”“»]/gu;
