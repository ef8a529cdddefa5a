// A bulk change: what is typed into is ticked by itself, what is unticked is emptied. Without this file: by hand.
(function () {
  "use strict";
  function tick(line, ticked) {
    line.querySelector("[name=set]").checked = ticked;
    line.classList.toggle("on", ticked);
  }
  function values(line) { return Array.from(line.querySelectorAll("input:not([name=set]):not([name=stage_reached_on]), select, textarea")); }
  document.addEventListener("input", function (event) {
    var line = event.target.closest(".set");
    if (!line) return;
    if (event.target.name !== "set") { tick(line, true); return; }
    tick(line, event.target.checked);
    if (!event.target.checked) values(line).forEach(function (input) { input.value = ""; });
  });
  // what was typed before this file was there
  document.querySelectorAll(".set").forEach(function (line) {
    if (values(line).some(function (input) { return input.value; })) tick(line, true);
  });
})();
