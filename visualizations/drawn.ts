/** A chart as the web page draws it: places, paths and words. */
export interface LiveChart {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly {
    readonly id: string;
    readonly key: string;
    readonly kind: 'atomic' | 'compound' | 'passing' | 'final';
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }[];
  readonly dots: readonly { readonly x: number; readonly y: number; readonly r: number }[];
  readonly arrows: readonly {
    readonly from: string;
    readonly to: string;
    readonly path: string;
    /** Each reason to take it, with its guard. */
    readonly reasons: readonly string[];
    readonly label?: { readonly x: number; readonly y: number; readonly lines: readonly string[] };
  }[];
}
