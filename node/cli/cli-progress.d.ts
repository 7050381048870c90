/** The part of cli-progress that is used here: the package has no types. */
declare module "cli-progress" {
  export class SingleBar {
    constructor(options: {
      stream: NodeJS.WritableStream;
      format: string;
      hideCursor: boolean;
      clearOnComplete: boolean;
      etaBuffer: number;
    });
    start(total: number, startValue: number, payload: { note: string }): void;
    update(value: number, payload: { note: string }): void;
    stop(): void;
  }
}
