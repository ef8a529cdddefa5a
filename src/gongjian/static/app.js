// Small behaviours that all pages share; every page also works without this file, except the review by keyboard.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var toggle = event.target.closest("[data-toggle]");
    if (toggle) document.getElementById(toggle.dataset.toggle).classList.toggle("open");
    var back = event.target.closest("[data-back]");
    if (back && history.length > 1) { event.preventDefault(); history.back(); }
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", function (event) {
    var question = event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  });
  document.addEventListener("htmx:responseError", function (event) {
    var strip = document.getElementById("strip");
    if (strip && event.detail.xhr.responseText.indexOf("refusal") > -1) strip.innerHTML = event.detail.xhr.responseText;
  });
})();
