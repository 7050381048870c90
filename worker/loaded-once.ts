import { Pulse, WorkerGone } from "./pulse.ts";

/** A request's `waitUntil`: what one begins, others wait for, also when it has gone away. */
export type KeepAlive = (promise: Promise<unknown>) => void;

interface Loading<T> {
  readonly promise: Promise<T>;
  readonly pulse: Pulse;
}

/**
 * Something that all requests of an isolate share: loaded by the one that needs it first, while
 * others wait. A failure is forgotten, so that the next request tries again; and where the request
 * that loads it is ended midway, one of those that wait begins anew.
 */
export class LoadedOnce<T> {
  #loaded: { readonly value: T } | undefined;
  #loading: Loading<T> | undefined;

  get isLoaded(): boolean {
    return this.#loaded !== undefined;
  }

  /** @throws whatever `load` throws */
  async get(load: () => Promise<T>, keepAlive: KeepAlive): Promise<T> {
    while (!this.#loaded) {
      const loading = this.#loading;
      if (!loading) return this.#load(load, keepAlive);
      try {
        return await loading.pulse.outlive(loading.promise);
      } catch (error) {
        if (!(error instanceof WorkerGone)) throw error;
        if (this.#loading === loading) this.#loading = undefined;
      }
    }
    return this.#loaded.value;
  }

  #load(load: () => Promise<T>, keepAlive: KeepAlive): Promise<T> {
    const pulse = new Pulse();
    const forget = () => {
      pulse.stop();
      if (this.#loading?.pulse === pulse) this.#loading = undefined;
    };
    const promise = load().then((value) => {
      this.#loaded ??= { value };
      return value;
    });
    this.#loading = { promise, pulse };
    keepAlive(promise.then(forget, forget));
    return promise;
  }
}
