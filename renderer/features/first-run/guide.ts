import { create } from 'zustand';

/** Where the guide stands; outlives the change from a locked to an open vault. */
export const useGuide = create<{ readonly step: number }>(() => ({ step: 1 }));

export const resetGuide = (): void => useGuide.setState({ step: 1 });
