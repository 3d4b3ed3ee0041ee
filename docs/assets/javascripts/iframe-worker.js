// @ts-check
/*
 * Search from a folder on disk. Browsers start no Worker from file://, so the theme's search worker runs in a hidden
 * frame of the same page instead. The theme's offline plugin looks for "iframe-worker" in the name of a polyfill and
 * would load one from another host if it found none.
 *
 * The frame is blank and therefore belongs to this page, which may call into it. The worker script expects three
 * globals: addEventListener (every window has it), postMessage and importScripts.
 */
(() => {
  if (location.protocol !== "file:") return;

  /** @type {(frame: Window, address: string) => Promise<unknown>} */
  const load = (frame, address) =>
    new Promise((resolve, reject) => {
      const script = frame.document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${address} could not be loaded`));
      frame.document.body.append(script);
    });

  /** @type {Data} */ (window).Worker = class extends EventTarget {
    #frame = document.createElement("iframe");
    #ready;

    constructor(address) {
      super();
      const base = new URL(address, document.baseURI);
      this.#frame.hidden = true;
      this.#frame.title = "Search worker";
      this.#ready = this.#start(base);
    }

    async #start(base) {
      if (!document.body) await new Promise((resolve) => addEventListener("DOMContentLoaded", resolve, { once: true }));
      document.body.append(this.#frame);
      /** @type {Data} */
      const inside = this.#frame.contentWindow;
      inside.postMessage = (data) => this.#tell(new MessageEvent("message", { data: structuredClone(data) }));
      inside.importScripts = async (...addresses) => {
        for (const each of addresses) await load(inside, new URL(each, base).href);
      };
      await load(inside, base.href);
      return inside;
    }

    /* Both sides get a copy, as they do from a Worker. */
    postMessage(message) {
      const data = structuredClone(message);
      // Waiting on one promise keeps messages in the order in which they were sent.
      this.#ready.then(
        (inside) => inside.dispatchEvent(new inside.MessageEvent("message", { data })),
        (error) => this.#tell(new ErrorEvent("error", { message: error.message })),
      );
    }

    /* Listeners, and the one that a theme may set as a property. */
    #tell(event) {
      this.dispatchEvent(event);
      this[`on${event.type}`]?.(event);
    }

    terminate() {
      this.#frame.remove();
    }
  };
})();
