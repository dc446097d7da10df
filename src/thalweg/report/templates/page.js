"use strict";
(() => {
  const root = document.documentElement;
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const canvases = [...document.querySelectorAll("[data-figure]")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const finger = matchMedia("(pointer: coarse)");
  const PRINTED = 700; // pixels that fit a sheet of paper

  // "@blue" under any name with "color" in it stands for the style sheet's --blue.
  function coloured(value, style, isColour) {
    if (typeof value === "string") {
      return isColour && value.startsWith("@") ? style.getPropertyValue("--" + value.slice(1)).trim() : value;
    }
    if (Array.isArray(value)) {
      // Numbers stay as they are, but for a scale of colours: its pairs begin with one.
      return typeof value[0] === "number" && !isColour ? value : value.map((item) => coloured(item, style, isColour));
    }
    if (value && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, coloured(item, style, isColour || key.includes("color"))])
      );
    }
    return value;
  }

  function draw(width) {
    const style = getComputedStyle(root);
    for (const canvas of canvases) {
      const figure = figures[canvas.dataset.figure];
      const layout = coloured(figure.layout, style, false);
      // A finger on a plot scrolls the page; a mouse zooms.
      layout.dragmode = finger.matches ? false : "zoom";
      // On a phone every name of the legend takes a line of its own.
      if (canvas.clientWidth < 500 && layout.showlegend) layout.height += 20 * Math.max(0, figure.data.length - 3);
      if (width) Object.assign(layout, { width, autosize: false });
      Plotly.react(canvas, {
        data: coloured(figure.data, style, false),
        layout,
        frames: coloured(figure.frames, style, false),
        config: { responsive: true, displayModeBar: false, doubleClick: "reset" },
      });
      canvas.style.minHeight = "";
    }
  }

  function say(text) {
    document.getElementById("announcement").textContent = text;
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed for this file: select the text and copy it the old way.
      const field = document.createElement("textarea");
      field.value = text;
      field.className = "sr";
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", async () => {
      const done = await copied(button.dataset.copy);
      button.textContent = done ? "Copied" : "Select and copy";
      say(done ? "Copied." : "Copying is not allowed here: select the text and copy it.");
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }

  for (const button of document.querySelectorAll("[data-axis]")) {
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      const axis = figures[button.dataset.axis].layout.yaxis;
      axis.type = on ? "log" : "linear";
      button.setAttribute("aria-pressed", String(on));
      say(on ? "Logarithmic axis." : "Linear axis.");
      draw();
    });
  }

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => { details.open = true; });
    root.dataset.theme = "light";
    draw(PRINTED);
  });
  addEventListener("afterprint", () => {
    opened.forEach((details) => { details.open = false; });
    delete root.dataset.theme;
    draw();
  });
  dark.addEventListener("change", () => draw());

  root.classList.add("drawn");
  draw();
})();
