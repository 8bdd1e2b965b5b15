/** Width and height in CSS pixels. */
export interface FigureSize {
  readonly width: number;
  readonly height: number;
}

/** Size of saved drawings: that of figures in reports. */
export const savedSize: FigureSize = { width: 640, height: 420 };
