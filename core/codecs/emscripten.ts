import type { Imports, Instance, Instantiate } from "./web-assembly.ts";

/** What is used of a module that Emscripten's JavaScript makes. */
export interface EmscriptenModule {
  /** A view of all of its memory, renewed whenever the memory grows. */
  readonly HEAPU8: Uint8Array;
}

interface ModuleOptions {
  noInitialRun: boolean;
  instantiateWasm(imports: Imports, receive: (instance: Instance) => void): object;
  print(line: string): void;
  printErr(line: string): void;
}

/** The function that Emscripten's JavaScript exports. */
export type CreateModule<M extends EmscriptenModule> = (options: ModuleOptions) => Promise<M>;

export interface Instantiated<M> {
  readonly module: M;
  /** The lines that the module wrote to its standard error; to be emptied by the reader. */
  readonly complaints: string[];
}

/** Makes an Emscripten module around an instance that the caller makes. */
export function instantiateEmscripten<M extends EmscriptenModule>(
  create: CreateModule<M>,
  instantiate: Instantiate,
): Promise<Instantiated<M>> {
  const complaints: string[] = [];
  return new Promise((resolve, reject) => {
    const options: ModuleOptions = {
      noInitialRun: true,
      instantiateWasm(imports, receive) {
        // Emscripten itself would wait for ever for an instance that cannot be made.
        instantiate(imports).then(receive, reject);
        return {};
      },
      print: () => undefined,
      printErr: (line) => complaints.push(line),
    };
    create(options).then((module) => resolve({ module, complaints }), reject);
  });
}
