// Where nodes and edges go; layout takes time, so it is done beside the page. In: sizes, calls. Out: places.
import { place, type Wanted } from "./layout";

self.onmessage = (event: MessageEvent<{ id: number; wanted: Wanted }>) => {
  self.postMessage({ id: event.data.id, placed: place(event.data.wanted) });
};
