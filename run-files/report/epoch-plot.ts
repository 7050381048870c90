import { Plot } from "../../node/html/plot.ts";
import { type EpochPoint, epochName, type StageSpan } from "../history.ts";

/** A value after an epoch. */
export interface Point {
  readonly number: number;
  readonly stage: string;
  readonly value: number;
  readonly title: string;
}

/** Widest plot, in pixels, that is drawn for a phone. */
const NARROW = 500;
/** The largest number of epochs at which each epoch has a tick. */
const MANY_EPOCHS = 20;

/** Returns a point for each epoch that has a value. */
export function points(
  epochs: readonly EpochPoint[],
  value: (epoch: EpochPoint) => number | undefined,
): Point[] {
  return epochs.flatMap((epoch) => {
    const found = value(epoch);
    if (found === undefined) return [];
    const title = `${epochName(epoch)}: ${fixed(found)}`;
    return [{ number: epoch.number, stage: epoch.stage, value: found, title }];
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

/** Returns the options that all plots over epochs share: room for the stages' names, a tick an epoch. */
export function frame(width: number, stages: readonly StageSpan[], epochs: number) {
  // Ticks for all epochs would overlap: only the ends of stages get one.
  const ticks = [1, ...stages.map(({ last }) => last)];
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
      domain: [0.5, epochs + 0.5],
      ticks:
        epochs <= MANY_EPOCHS && width > NARROW
          ? Array.from({ length: epochs }, (_, n) => n + 1)
          : ticks,
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
