/** Jumps that the browser's Back takes back, and the place that survives a reload. */

const SETTLED = 300;

/** Keep the history of places of a book. Returns `jump`, and `arrive` for when the first pages are there. */
export function keepJourney(book) {
  let timer = 0;
  history.scrollRestoration = "manual";

  const keep = () => {
    const here = book.place();
    if (here !== null) history.replaceState(here, "");
  };

  addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, SETTLED);
  });
  addEventListener("popstate", (event) => {
    clearTimeout(timer);
    if (event.state !== null) book.restore(event.state);
    else goToAddress(book);
  });

  return {
    /** Go to `{page, y}`, so that Back returns to where the reader is now. */
    jump(target, { smooth = false } = {}) {
      clearTimeout(timer);
      keep();
      history.pushState(null, "", `#page=${target.page}`);
      book.goTo(target, { smooth });
      if (!smooth) keep(); // else when it has arrived
    },
    /** Return to where the reader was before a reload, or to the page that the address names. */
    arrive() {
      if (history.state !== null) book.restore(history.state);
      else goToAddress(book);
    },
  };
}

function goToAddress(book) {
  const named = /^#page=(\d{1,6})$/.exec(location.hash);
  if (named !== null) book.goTo({ page: Number(named[1]) });
}
