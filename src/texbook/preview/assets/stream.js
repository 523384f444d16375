/** The events of the watch, through broken connections and the sleep of a laptop. */

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 8000;
const LOOK = 5000;
const LONG_AWAY = 30000;
const BLINK = 1000; // a break as short as this is not worth a word
const EVENTS = ["pages", "state", "show", "bye"];

/**
 * Call a handler for each event, `connected` when the stream stands and `lost` when it broke.
 *
 * An EventSource connects again by itself after most faults, but never after an answer such as 503. It also does not
 * notice a connection that died while the machine slept. So the stream is opened anew when a timer comes much too late,
 * when the network is back, and when the page is looked at again after a while. That costs two short messages.
 */
export function listen(address, handlers) {
  let source = null;
  let timer = 0;
  let silent = 0;
  let wait = FIRST_WAIT;

  function connect() {
    clearTimeout(timer);
    source?.close();
    const opened = new EventSource(address);
    source = opened;
    opened.addEventListener("open", () => {
      wait = FIRST_WAIT;
      clearTimeout(silent);
      silent = 0;
      handlers.connected();
    });
    opened.addEventListener("error", () => {
      if (source !== opened) return;
      silent ||= setTimeout(handlers.lost, BLINK);
      if (opened.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(connect, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    });
    for (const name of EVENTS) {
      opened.addEventListener(name, (event) => handlers[name](JSON.parse(event.data)));
    }
  }

  let looked = Date.now();
  setInterval(() => {
    const slept = Date.now() - looked > LOOK + LONG_AWAY;
    looked = Date.now();
    // Timers of a page that nobody looks at come late without any sleep.
    if (slept && !document.hidden) connect();
  }, LOOK);
  let hidden = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hidden = Date.now();
    else if (Date.now() - hidden > LONG_AWAY) connect();
  });
  addEventListener("online", connect);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
  connect();
}
