/** Page images: a few at a time, the most wanted first, swapped in when they can be painted at once. */

const AT_ONCE = 3;
const SLOWEST_DECODING = 400;
const TRY_AGAIN = 2000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function loaded(image, address) {
  return new Promise((resolve, reject) => {
    image.addEventListener("load", resolve, { once: true });
    image.addEventListener("error", reject, { once: true });
    image.src = address;
  });
}

/** Resolve when painting the image will not block. A page that is not looked at may never decode. */
async function decoded(image) {
  if (document.hidden) return;
  await Promise.race([image.decode().catch(() => undefined), pause(SLOWEST_DECODING)]);
}

export class Images {
  #loading = new Map(); // page -> {address, image}
  #wishes = [];
  #timer = 0;
  #again;
  #shown;

  /** `again` is called some time after an image could not be loaded, `shown` with a page that has got one. */
  constructor(again, shown) {
    this.#again = again;
    this.#shown = shown;
  }

  /** Load these, `{page, key, address}`, in this order. What is loading and not among them is stopped. */
  want(wishes) {
    this.#wishes = wishes;
    const wanted = new Map(wishes.map((wish) => [wish.page, wish.address]));
    for (const [page, job] of this.#loading) {
      if (wanted.get(page) !== job.address) {
        job.image.src = "";
        this.#loading.delete(page);
      }
    }
    this.#start();
  }

  #start() {
    for (const wish of this.#wishes) {
      if (this.#loading.size >= AT_ONCE) return;
      if (wish.page.address !== wish.address && !this.#loading.has(wish.page)) this.#load(wish);
    }
  }

  async #load(wish) {
    const { page, key, address } = wish;
    const image = new Image();
    image.alt = "";
    image.draggable = false;
    const job = { address, image };
    this.#loading.set(page, job);
    try {
      await loaded(image, address);
      await decoded(image);
    } catch {
      if (this.#loading.get(page) === job) this.#giveUp(wish);
      return;
    }
    if (this.#loading.get(page) !== job) return;
    this.#loading.delete(page);
    swap(page, image, key, address);
    this.#shown(page);
    this.#start();
  }

  /** The page is gone, or the watch is away: the next list of pages tells, and else another try. */
  #giveUp(wish) {
    this.#loading.delete(wish.page);
    this.#wishes = this.#wishes.filter((other) => other !== wish);
    this.#start();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#again, TRY_AGAIN);
  }
}

function swap(page, image, key, address) {
  if (page.image) page.image.replaceWith(image);
  else page.element.prepend(image);
  page.image = image;
  page.address = address;
  page.element.dataset.key = key;
}

/** Give the memory of an image back. */
export function dropImage(page) {
  page.image?.remove();
  page.image = null;
  page.address = null;
  delete page.element.dataset.key;
}
