/** Questions to the server. Addresses are relative: the token is a part of the page's own. */

/** Ask for JSON; null if there is none. */
export async function read(address, signal) {
  const answer = await fetch(address, { signal });
  return answer.ok ? answer.json() : null;
}

/** Ask for something to be opened in the editor: `{file, line}`, or `{message, hints}`. */
export async function open(body) {
  try {
    const answer = await fetch("open", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok || told.message) return told;
    return { message: `the watch answered ${answer.status}`, hints: [] };
  } catch {
    return { message: "the watch does not answer", hints: ["is texbook watch still running?"] };
  }
}
