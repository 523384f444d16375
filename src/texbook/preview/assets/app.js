const events = new EventSource("events");
events.addEventListener("pages", (event) => {
  const pages = JSON.parse(event.data).pages;
  document.querySelector("main").replaceChildren(...pages.map(([key, width, height]) => {
    const image = new Image(800, 800 * height / width);
    image.loading = "lazy";
    image.src = `page/${key}/800.png`;
    return image;
  }));
});
