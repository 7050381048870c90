import { CodecMemory } from "./codec-memory.ts";
import type { Imports, Instance, Instantiate } from "./web-assembly.ts";

interface ModuleOptions {
  noInitialRun: boolean;
  instantiateWasm(imports: Imports, receive: (instance: Instance) => void): object;
  locateFile(name: string): string;
  print(line: string): void;
  printErr(line: string): void;
}

/** The function that Emscripten's JavaScript exports. */
export type CreateModule<M> = (options: ModuleOptions) => Promise<M>;

/** An Emscripten module with its memory and its output. */
export interface Instantiated<M> {
  readonly module: M;
  readonly memory: CodecMemory;
  /** The lines that the module wrote to its standard error. The caller empties the list. */
  readonly complaints: string[];
}

/** Creates an Emscripten module around an instance from `instantiate`. */
export async function instantiateEmscripten<M>(
  create: CreateModule<M>,
  instantiate: Instantiate,
): Promise<Instantiated<M>> {
  const complaints: string[] = [];
  let memory: CodecMemory | undefined;
  const module = await new Promise<M>((resolve, reject) => {
    const options: ModuleOptions = {
      noInitialRun: true,
      instantiateWasm(imports, receive) {
        // Without this, Emscripten waits for ever when the instance cannot be created.
        instantiate(imports)
          .then((instance) => {
            memory = new CodecMemory(instance.exports);
            receive(instance);
          })
          .catch(reject);
        return {};
      },
      // The default resolves the name against the script's URL, which fails in a script from a Blob.
      locateFile: (name) => name,
      print: () => undefined,
      printErr: (line) => complaints.push(line),
    };
    create(options).then(resolve, reject);
  });
  if (memory === undefined) throw new Error("the codec was made without an instance");
  return { module, memory, complaints };
}
