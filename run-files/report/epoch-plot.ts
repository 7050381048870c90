import { Plot } from "../../node/html/plot.ts";
import { type EpochPoint, epochName, type StageSpan } from "./history.ts";

/** A value after an epoch. */
export interface Point {
  readonly number: number;
  readonly stage: string;
  readonly value: number;
  readonly title: string;
}

/** The epochs after which something was measured. */
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

export function line(colour: string) {
  return { x: "number", y: "value", z: null, stroke: colour, strokeWidth: 2 } as const;
}

export function dot(colour: string) {
  return { x: "number", y: "value", fill: colour, r: 3, title: "title" } as const;
}

/** What all plots over epochs share: room for the stages' names, and a tick an epoch. */
export function frame(width: number, stages: readonly StageSpan[], epochs: number) {
  // Where there is no room for all: the ends of stages, whose next begin right beside them.
  const ticks = [1, ...stages.map(({ last }) => last)];
  return {
    height: width > 500 ? 300 : 260,
    marginTop: width > 500 ? 34 : 44,
    marginBottom: 44,
    marginLeft: 44,
    marginRight: 16,
    x: {
      label: "epoch",
      labelArrow: "none",
      labelOffset: 36,
      domain: [0.5, epochs + 0.5],
      ticks: epochs <= 20 && width > 500 ? Array.from({ length: epochs }, (_, n) => n + 1) : ticks,
      tickFormat: "d",
    },
  } as const;
}

/** The stages as bands behind the curves, each with its name above. */
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
      lineWidth: width > 500 ? 20 : 5,
    }),
  ];
}

/** A value as it is printed. */
export function fixed(value: number | undefined): string {
  return value === undefined ? "unknown" : value.toFixed(3);
}
