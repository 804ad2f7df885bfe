import { create } from 'zustand';

export type Place = 'talk' | 'documents' | 'models' | 'record' | 'settings';

interface Route {
  readonly place: Place;
  /** The open conversation; null is a new one. */
  readonly conversationId: string | null;
  readonly railOpen: boolean;
  readonly paletteOpen: boolean;
  /** Counts the ways to a page, so that its title takes the focus also when the page is there already. */
  readonly arrivals: number;
}

const start: Route = { place: 'talk', conversationId: null, railOpen: false, paletteOpen: false, arrivals: 0 };

/** Where the person is. Kept in memory alone: an address would put names of talks into the history of the host. */
export const useRoute = create<Route>(() => start);

export const goTo = (place: Place): void =>
  useRoute.setState(({ arrivals }) => ({ place, railOpen: false, paletteOpen: false, arrivals: arrivals + 1 }));

export const openTalk = (conversationId: string | null): void =>
  useRoute.setState({ place: 'talk', conversationId, railOpen: false, paletteOpen: false });

export const setRail = (railOpen: boolean): void => useRoute.setState({ railOpen });

export const setPalette = (paletteOpen: boolean): void => useRoute.setState({ paletteOpen });

export const resetRoute = (): void => useRoute.setState(start);
