import type { KeepAlive } from "../http/environment.ts";
import { Heartbeat, LeaderGone } from "./heartbeat.ts";

interface Loading<T> {
  readonly promise: Promise<T>;
  readonly heartbeat: Heartbeat;
}

/**
 * Holds a value that the first request loads and all requests of the isolate share. After a failure
 * the next request tries again; if the platform ends the loading request, a waiter takes over.
 */
export class LoadedOnce<T> {
  #loaded: { readonly value: T } | undefined;
  #loading: Loading<T> | undefined;

  /** The value, or undefined before it is loaded. */
  get value(): T | undefined {
    return this.#loaded?.value;
  }

  /** Returns the value, and loads it first if necessary. Throws whatever `load` throws. */
  async get(load: () => Promise<T>, keepAlive: KeepAlive): Promise<T> {
    while (!this.#loaded) {
      const loading = this.#loading;
      if (!loading) return this.#load(load, keepAlive);
      try {
        return await loading.heartbeat.watch(loading.promise);
      } catch (error) {
        if (!(error instanceof LeaderGone)) throw error;
        if (this.#loading === loading) this.#loading = undefined;
      }
    }
    return this.#loaded.value;
  }

  #load(load: () => Promise<T>, keepAlive: KeepAlive): Promise<T> {
    const heartbeat = new Heartbeat();
    const forget = () => {
      heartbeat.stop();
      if (this.#loading?.heartbeat === heartbeat) this.#loading = undefined;
    };
    const promise = load().then((value) => {
      this.#loaded ??= { value };
      return value;
    });
    this.#loading = { promise, heartbeat };
    keepAlive(promise.then(forget, forget));
    return promise;
  }
}
