// Merging: the result follows what is chosen; what is typed there is chosen by typing it, and forgotten when a side is
// chosen after all. Two rows that clash are taken whole or field by field.
"use strict";

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

function show(row, side, alone = false) {
  const cell = row.querySelector(".result");
  if (!cell || side === "typed") return;
  let text = (alone && cell.getAttribute(`data-${side}-alone`)) || cell.getAttribute(`data-${side}`);
  if (side === "both") {
    const name = document.querySelector("[name=v-name]");
    text = lines(cell.dataset.all).filter((line) => !name || line !== name.value.trim()).join("\n");
  }
  const typed = cell.querySelector(".other input:not([type=radio]), .other select, .other textarea");
  if (typed) typed.value = text;
  else cell.querySelector("output").textContent = text;
}

function former() {
  const both = document.querySelector(".choices input[type=radio][value=both]");
  if (both && both.checked) show(both.closest("tr"), "both");
}

for (const row of document.querySelectorAll(".choices tbody tr")) {
  const own = row.querySelector(".other > input[type=radio]");
  const typed = row.querySelector(".other input:not([type=radio]), .other select, .other textarea");
  if (own && typed) {
    typed.addEventListener("input", () => { own.checked = true; if (typed.name === "v-name") former(); });
  }
  for (const radio of row.querySelectorAll("input[type=radio]")) {
    if (radio === own) continue;
    radio.addEventListener("change", () => {
      const clash = row.closest(".clash");
      if (clash) pick(clash, "both", row);
      show(row, radio.value);
      if (radio.name === "from-name") former();
    });
  }
}

// Choosing one field joins the rows field by field; taking a row whole chooses all its fields.
function pick(clash, way, chosen) {
  const radio = clash.querySelector(`.ways input[value=${way}]`);
  if (chosen && !radio.checked) for (const row of clash.querySelectorAll("tbody tr")) {
    if (row === chosen) continue;
    const picked = row.querySelector("input[type=radio]:checked");
    if (picked) show(row, picked.value);
  }
  radio.checked = true;
  clash.querySelector(".now").textContent = radio.dataset.label;
}

for (const clash of document.querySelectorAll(".clash")) {
  for (const radio of clash.querySelectorAll(".ways input")) radio.addEventListener("change", () => {
    pick(clash, radio.value);
    for (const row of clash.querySelectorAll("tbody tr")) {
      const side = radio.value === "both" ? row.dataset.start : radio.value;
      row.querySelector(`input[value=${side}]`).checked = true;
      show(row, side, radio.value !== "both");
    }
  });
  for (const row of clash.querySelectorAll("tbody tr")) {
    const start = row.querySelector("input[type=radio]:checked");
    if (start) row.dataset.start = start.value;
  }
}
