/** What gestures over a chart's plotting area ask for; positions are parts of its width, 0 to 1. */
export interface GestureTarget {
  pan(fraction: number): void;
  zoom(factor: number, anchor: number): void;
  /** A stretch is being marked; undefined when that is over. */
  mark(stretch: readonly [number, number] | undefined): void;
  /** The marked stretch is to be shown. */
  showStretch(from: number, to: number): void;
  reset(): void;
  point(position: number | undefined): void;
  /** Whether everything is shown already, so that turning the wheel further out scrolls the page. */
  isWhole(): boolean;
}

/** A drag shorter than this many CSS pixels is a click. */
const leastDrag = 4;
/** A wheel that was scrolling the page goes on doing so over a chart until it rests for this long, milliseconds. */
const wheelRest = 350;

interface Pointer {
  x: number;
  readonly startX: number;
}

/**
 * Mouse, pen and fingers over a plotting area: drag marks a stretch to zoom into; shift-drag, a middle-button drag and
 * two fingers pan; pinch and wheel zoom; a sideways wheel pans; a double click resets. Returns what ends it.
 */
export function watchGestures(area: HTMLElement, target: GestureTarget): () => void {
  const pointers = new Map<number, Pointer>();
  let mode: 'mark' | 'pan' | 'pinch' | undefined;
  let lastScroll = -Infinity;
  let lastTap = -Infinity;
  const ending = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void, options = {}): void =>
    area.addEventListener(type, listener, { signal: ending.signal, ...options });
  const part = (x: number): number => {
    const { left, width } = area.getBoundingClientRect();
    return (x - left) / width;
  };
  const spread = (): { readonly centre: number; readonly distance: number } => {
    const [first, second] = [...pointers.values()];
    if (first === undefined || second === undefined) return { centre: 0, distance: 1 };
    return { centre: (first.x + second.x) / 2, distance: Math.max(10, Math.abs(first.x - second.x)) };
  };

  const begin = (event: PointerEvent): void => {
    if (event.button > 1) return;
    if (event.button === 1) event.preventDefault();
    area.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.clientX, startX: event.clientX });
    target.mark(undefined);
    mode = pointers.size > 1 ? 'pinch' : event.shiftKey || event.button === 1 ? 'pan' : 'mark';
  };

  const move = (event: PointerEvent): void => {
    const pointer = pointers.get(event.pointerId);
    if (pointer === undefined) {
      target.point(part(event.clientX));
      return;
    }
    const before = spread();
    const shift = event.clientX - pointer.x;
    pointer.x = event.clientX;
    if (mode === 'pan') target.pan(part(0) - part(shift));
    else if (mode === 'pinch') {
      const after = spread();
      target.zoom(before.distance / after.distance, part(after.centre));
      target.pan(part(before.centre) - part(after.centre));
    } else if (mode === 'mark') {
      target.point(part(event.clientX));
      if (Math.abs(pointer.x - pointer.startX) >= leastDrag) target.mark(ordered(part(pointer.startX), part(pointer.x)));
    }
  };

  const end = (event: PointerEvent): void => {
    const pointer = pointers.get(event.pointerId);
    if (pointer === undefined) return;
    pointers.delete(event.pointerId);
    const distance = Math.abs(pointer.x - pointer.startX);
    if (mode === 'mark' && event.type === 'pointerup') {
      target.mark(undefined);
      if (distance >= leastDrag) target.showStretch(...ordered(part(pointer.startX), part(pointer.x)));
      else if (event.pointerType === 'touch') tap(event);
    }
    if (pointers.size === 0) mode = undefined;
    target.mark(undefined);
  };

  const tap = (event: PointerEvent): void => {
    target.point(part(event.clientX));
    if (event.timeStamp - lastTap < 350) target.reset();
    lastTap = event.timeStamp;
  };

  const turn = (event: WheelEvent): void => {
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const isScrolling = event.timeStamp - lastScroll < wheelRest && !event.ctrlKey;
    if (isScrolling || (target.isWhole() && (isSideways || event.deltaY > 0))) return;
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (isSideways) target.pan((event.deltaX * pixels) / area.clientWidth);
    // A pinch on a touch pad comes as a wheel with Ctrl and turns in small steps.
    else target.zoom(Math.exp(event.deltaY * pixels * (event.ctrlKey ? 0.01 : 0.002)), part(event.clientX));
  };

  on('pointerdown', begin);
  on('pointermove', move);
  on('pointerup', end);
  on('pointercancel', end);
  on('pointerleave', () => pointers.size > 0 || target.point(undefined));
  on('dblclick', () => target.reset());
  on('wheel', turn, { passive: false });
  document.addEventListener('scroll', (event) => (lastScroll = event.timeStamp), { signal: ending.signal, capture: true, passive: true });
  return () => ending.abort();
}

function ordered(one: number, other: number): [number, number] {
  return one < other ? [one, other] : [other, one];
}
