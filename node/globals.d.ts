// Node has this interface, but its types lack it.

declare namespace WebAssembly {
  class Module {
    private constructor();
    private readonly module: never;
  }
  class Instance {
    private constructor();
    readonly exports: Record<string, unknown>;
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: object): Promise<Instance>;
}
