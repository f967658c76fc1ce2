// Replaces each drawing by a live chart when it comes into view; without this script the drawings stay as they are.
// The bundle that this file becomes part of brings `vegaEmbed`.

const draw = async (box) => {
  const spec = JSON.parse(document.getElementById(box.dataset.chart).textContent);
  const stage = document.createElement("div");
  await vegaEmbed(stage, spec, { actions: false, renderer: "svg", ast: true, defaultStyle: false, tooltip: { theme: "light" } });
  box.replaceChildren(stage);
  box.dataset.live = "yes";
};

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target).catch((error) => console.error(entry.target.dataset.chart, error));
  }
}, { rootMargin: "200px" });

for (const box of document.querySelectorAll("[data-chart]")) seen.observe(box);
