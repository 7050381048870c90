import { Plot } from "../../node/html/plot.ts";
import {
  type History,
  type MeasuredPoint,
  measuredPoints,
  pointName,
  type StageSpan,
} from "../history.ts";

/** A value at the start or after an epoch. */
export interface Point {
  readonly number: number;
  readonly value: number;
  readonly title: string;
}

/** Widest plot, in pixels, that is drawn for a phone. */
const NARROW = 500;
/** The largest number of epochs at which each epoch has a tick. */
const MANY_EPOCHS = 20;

/** Returns a point for each measured one that has a value. */
export function points(
  measured: readonly MeasuredPoint[],
  value: (point: MeasuredPoint) => number | undefined,
): Point[] {
  return measured.flatMap((point) => {
    const found = value(point);
    if (found === undefined) return [];
    const title = `${pointName(point)}: ${fixed(found)}`;
    return [{ number: point.number, value: found, title }];
  });
}

/** Returns the options of a line through {@link points}. */
export function line(colour: string) {
  return { x: "number", y: "value", z: null, stroke: colour, strokeWidth: 2 } as const;
}

/** Returns the options of dots at {@link points}. */
export function dot(colour: string) {
  return { x: "number", y: "value", fill: colour, r: 3, title: "title" } as const;
}

/**
 * Returns the options that all plots over epochs share: room for the stages' names, a tick an epoch. The
 * start is at 0.
 */
export function frame(width: number, history: History) {
  const numbers = measuredPoints(history).map(({ number }) => number);
  const [first = 1] = numbers;
  // Ticks for all epochs would overlap: only the ends of stages get one.
  const ticks = [first, ...history.stages.map(({ last }) => last)];
  return {
    height: width > NARROW ? 300 : 260,
    marginTop: width > NARROW ? 34 : 44,
    marginBottom: 44,
    marginLeft: 44,
    marginRight: 16,
    x: {
      label: "epoch",
      labelArrow: "none",
      labelOffset: 36,
      domain: [first - 0.5, history.epochs.length + 0.5],
      ticks: history.epochs.length <= MANY_EPOCHS && width > NARROW ? numbers : ticks,
      tickFormat: "d",
    },
  } as const;
}

/** Draws the stages as bands behind the curves, each with its name above. */
export function stageMarks(stages: readonly StageSpan[], width: number) {
  return [
    Plot.rectX(
      stages.filter((_, index) => index % 2 === 1),
      {
        x1: ({ first }: StageSpan) => first - 0.5,
        x2: ({ last }: StageSpan) => last + 0.5,
        fill: "var(--line)",
        fillOpacity: 0.35,
      },
    ),
    Plot.text(stages, {
      x: ({ first, last }: StageSpan) => (first + last) / 2,
      text: ({ stage }: StageSpan) => stage,
      frameAnchor: "top",
      lineAnchor: "bottom",
      dy: -8,
      fill: "var(--faint)",
      lineWidth: width > NARROW ? 20 : 5,
    }),
  ];
}

/** Formats a value with three digits. */
export function fixed(value: number | undefined): string {
  return value === undefined ? "unknown" : value.toFixed(3);
}
