// Merging: what is typed beside two values is chosen by typing it, and forgotten when one of the two is chosen after all.
"use strict";

for (const row of document.querySelectorAll(".choices tbody tr")) {
  const own = row.querySelector(".other > input[type=radio]");
  const typed = row.querySelector(".other input:not([type=radio]), .other select, .other textarea");
  if (!own || !typed) continue;
  const reset = typed.tagName === "SELECT" ? typed.value : typed.defaultValue;
  typed.addEventListener("input", () => { own.checked = true; });
  for (const radio of row.querySelectorAll("input[type=radio]")) {
    if (radio !== own) radio.addEventListener("change", () => { typed.value = reset; });
  }
}
