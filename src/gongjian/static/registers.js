// Registers: names offered while typing into a search field. Without this file the name or code is typed in full.
(function () {
  "use strict";
  var waiting = null;
  document.addEventListener("input", function (event) {
    var input = event.target;
    if (!input.dataset || !input.dataset.lookup) return;
    clearTimeout(waiting);
    var words = input.value.trim();
    if (!words || words.endsWith(")")) return;
    waiting = setTimeout(function () {
      fetch(input.dataset.lookup + "?q=" + encodeURIComponent(words), { headers: { Accept: "application/json" } })
        .then(function (response) { return response.ok ? response.json() : { options: [] }; })
        .then(function (found) {
          if (input.value.trim() !== words) return;
          var list = document.getElementById(input.getAttribute("list"));
          list.textContent = "";
          found.options.forEach(function (text) {
            var option = document.createElement("option");
            option.value = text;
            list.appendChild(option);
          });
        });
    }, 200);
  });
})();
